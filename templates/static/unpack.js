// Runs the page's script, which stands in the page packed. The page's policy names its hash.
(async () => {
  const packed = atob(document.getElementById("script").textContent);
  const bytes = Uint8Array.from(packed, (character) => character.charCodeAt(0));
  const plain = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("gzip"));
  const script = document.createElement("script");
  script.textContent = await new Response(plain).text();
  document.head.append(script);
})();
