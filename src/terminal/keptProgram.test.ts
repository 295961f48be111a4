import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { AROUND } from './keptProgram.ts';

const loader = new URL('./keptProgram.ts', import.meta.url).href;

test('a bundle runs from what was kept of it, and another text of the same length as it is written', () => {
  const home = mkdtempSync(join(tmpdir(), 'plumbline-kept-'));
  const bundle = join(home, 'bundle.cjs');
  const run = (answer: number): string => {
    writeFileSync(bundle, `${AROUND.before}exports.answer = () => ${answer};\n${AROUND.after}`);
    const call = `loadKept(${JSON.stringify(bundle)}, 'build', { PLUMBLINE_HOME: ${JSON.stringify(home)} }).answer()`;
    const script = `import { loadKept } from ${JSON.stringify(loader)}; console.log(${call});`;
    return spawnSync(process.execPath, ['--input-type=module', '-e', script], { encoding: 'utf8' }).stdout.trim();
  };
  try {
    expect([run(41), run(41), run(42), run(42)]).toEqual(['41', '41', '42', '42']);
    expect(readdirSync(join(home, 'compiled'))).toHaveLength(1);
  } finally {
    rmSync(home, { recursive: true, force: true });
  }
});
