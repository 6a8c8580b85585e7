/** `npm run bench`: every benchmark, each beside its peer in the same run. */
import { benchParse } from './bench/parse.js';
import { benchValidate } from './bench/validate.js';

console.log(`Node ${process.version}\n\nparse: our parser and hcl2json on the same text`);
for (const { name, ours, theirs, ratio } of (await benchParse()).rows) {
  console.log(
    `  ${name}: bake ${ours.toFixed(1)} MB/s, hcl2json ${theirs.toFixed(2)} MB/s, ${ratio.toFixed(0)} times as fast`,
  );
}

console.log('\nvalidate: bake and packer in pairs, medians in ms');
for (const { name, ours, theirs, ratio, node } of benchValidate()) {
  console.log(`  ${name}`);
  console.log(
    `    bake ${ours.toFixed(0)}, packer ${theirs.toFixed(0)}, ratio ${ratio.toFixed(2)}; Node's bare start ${node.toFixed(0)}`,
  );
}
