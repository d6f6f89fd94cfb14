// The payload: unpacked from the page, or fetched from the address that the element names.

async function loadPayload() {
  const place = document.getElementById("payload");
  if (place.dataset.src) {
    const answer = await fetch(place.dataset.src, { cache: "no-store" });
    if (!answer.ok) throw new Error(`${answer.status} ${place.dataset.src}`);
    place.dataset.mark = answer.headers.get("ETag") ?? "";
    return answer.json();
  }
  const packed = atob(place.textContent.trim());
  const bytes = Uint8Array.from(packed, (character) => character.charCodeAt(0));
  const plain = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("gzip"));
  return new Response(plain).json();
}

// A column as the payload writes it (analyzer/report/columns.py) -> an array of numbers.
function decodeColumn(column, rows) {
  const values = new Float64Array(rows);
  if (Array.isArray(column)) {
    for (let row = 0; row < rows; row += 1) values[row] = column[row] === null ? NaN : column[row];
  } else if (column.step) {
    let value = 0;
    for (let row = 0; row < rows; row += 1) values[row] = value += column.step[row];
  } else {
    let row = 0;
    for (let pair = 0; pair < column.run.length; pair += 2) {
      values.fill(column.run[pair], row, row += column.run[pair + 1]);
    }
  }
  return values;
}

function decodeTable(table) {
  const columns = {};
  for (const [name, column] of Object.entries(table.columns)) columns[name] = decodeColumn(column, table.rows);
  return { rows: table.rows, columns };
}
