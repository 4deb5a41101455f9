// Reads [{"tex": .., "display": ..}, ..] on stdin; writes for each null, or KaTeX's message, as JSON.
// The first argument is the folder of the npm package katex.
"use strict";
const katex = require(process.argv[2]);
const formulas = JSON.parse(require("fs").readFileSync(0, "utf8"));
const faults = formulas.map(({ tex, display }) => {
  try {
    katex.renderToString(tex, { displayMode: display, throwOnError: true, strict: "error" });
    return null;
  } catch (error) {
    return error.message;
  }
});
process.stdout.write(JSON.stringify(faults));
