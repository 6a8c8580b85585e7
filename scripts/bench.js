/** `npm run bench`: every benchmark, each beside its peer in the same run. */
import { benchParse } from './bench/parse.js';
import { benchValidate } from './bench/validate.js';

console.log(`Node ${process.version}\n\nparse: our parser and hcl2json on the same text`);
const parse = await benchParse();
console.table(parse.rows);

console.log('\nvalidate: bake and packer in pairs, medians in ms');
for (const { name, ours, theirs, ratio, node } of benchValidate()) {
  console.log(`  ${name}`);
  console.log(
    `    bake ${ours.toFixed(0)}, packer ${theirs.toFixed(0)}, ratio ${ratio.toFixed(2)}; Node's bare start ${node.toFixed(0)}`,
  );
}
