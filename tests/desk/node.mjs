// Runs jobs in Node: the folder of the built library as the argument, jobs as JSON on standard input.
import { load } from "./jobs.mjs";

const folder = process.argv[2];
const work = await load((name) => import(`${folder}/desk/web/src/sealing/${name}.js`));
const chunks = [];
for await (const chunk of process.stdin) chunks.push(chunk);
const answers = [];
for (const job of JSON.parse(Buffer.concat(chunks).toString())) answers.push((await work(job)) ?? null);
process.stdout.write(JSON.stringify(answers));
