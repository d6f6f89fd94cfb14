// An empty field asks for nothing: it is left out of the address instead of being sent without a value.
"use strict";

document.addEventListener("submit", (event) => {
  const fields = [...event.target.elements].filter((field) => field.name && field.value === "");
  for (const field of fields) field.disabled = true;
  setTimeout(() => { for (const field of fields) field.disabled = false; }, 0);
});
