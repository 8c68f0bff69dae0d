// Calls pure functions of the page's state in Node, which reads their types over: [module, function, arguments] as JSON on
// standard input, the results on standard output.
const folder = process.argv[2];
const chunks = [];
for await (const chunk of process.stdin) chunks.push(chunk);
const results = [];
for (const [module, name, args] of JSON.parse(Buffer.concat(chunks).toString())) {
  results.push((await import(`${folder}/${module}.ts`))[name](...args));
}
process.stdout.write(JSON.stringify(results));
