// Where the words of a fix stand in the text of a finding, and when it is not sure enough to be offered.
import { expect, test } from 'vitest';
import { SourceText } from '../../model/sourceText.ts';
import { quickFixOf } from './quickFixes.ts';

/** The text after the fix of what stands between the brackets; undefined where none is offered. */
function mended(text: string, written: string, meant: string): string | undefined {
  const [start, end] = [text.indexOf('['), text.indexOf(']') - 1];
  const source = new SourceText('a.yaml', text.replace(/[[\]]/g, ''));
  const fix = quickFixOf({ at: { source, start, end }, fix: { written, meant } });
  return fix && source.text.slice(0, fix.place.start) + fix.text + source.text.slice(fix.place.end);
}

test.each([
  ['the whole of it', 'name: [wbe]', 'wbe', 'web', 'name: web'],
  ['within quotes', 'name: ["wbe"]', 'wbe', 'web', 'name: "web"'],
  ['within a map', 'target: [{kind: Deployment, name: wbe}]', 'wbe', 'web', 'target: {kind: Deployment, name: web}'],
  ['a part of longer words is not it', '[{name: wbe, label: a-wbe}]', 'wbe', 'web', '{name: web, label: a-wbe}'],
  ['twice', '[{name: wbe, label: wbe}]', 'wbe', 'web', undefined],
  ['not there, as after substitution', 'name: [${NAME}]', 'wbe', 'web', undefined],
  ['plain it would be a number', 'name: [21]', '21', '12', undefined],
  ['plain it would be a boolean', 'name: [trve]', 'trve', 'true', undefined],
  ['in quotes it is none', "name: ['trve']", 'trve', 'true', "name: 'true'"],
  ['with quotes of its own', 'port: [80]', '80', '"80"', 'port: "80"'],
  ['without its quotes', 'port: ["80"]', '"80"', '80', 'port: 80'],
  ['a path', '- [../bsae]', '../bsae', '../base', '- ../base'],
])('%s', (_, text, written, meant, expected) => {
  expect(mended(text, written, meant)).toBe(expected);
});
