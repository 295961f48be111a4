// The end of the chain in words: who wrote the line, and when.
import { expect, test } from 'vitest';
import { SourceText } from '../../model/sourceText.ts';
import { placed, targetOf, whySentence } from './chain.ts';
import { ageText } from '../age.ts';
import { withCommit } from './commit.ts';
import type { WrittenBy } from './commit.ts';
import { whyMarkdown } from './markdown.ts';

const source = new SourceText('a/b.yaml', 'one: 1\ntwo: 2\n');
const place = { source, start: 7, end: 10 };
const chain = [{ text: 'it fails' }, placed(place, 'that tag was set in')];
const NOW = 10_000_000;
const by = (seconds: number): WrittenBy => ({
  kind: 'committed',
  commit: { id: '4f2c1a9000000000000000000000000000000000', time: NOW / 1000 - seconds },
});

test('a line goes on with who wrote it; of a mistake that stands for itself it is added', () => {
  expect(whySentence(withCommit(chain, by(600), NOW))).toBe(
    'it fails -> that tag was set in a/b.yaml:2 by 4f2c1a9 (10 minutes ago).',
  );
  const finding = [{ text: 'a/b.yaml:2: expected integer', target: targetOf(place) }];
  expect(whySentence(withCommit(finding, by(0), NOW))).toBe(
    'a/b.yaml:2: expected integer (written by 4f2c1a9, just now).',
  );
  expect(whySentence(withCommit(chain, { kind: 'uncommitted' }, NOW))).toMatch(/a\/b\.yaml:2 \(not committed\)\.$/);
  expect(whySentence(withCommit(chain, { ...by(600), kind: 'older' } as WrittenBy, NOW))).toMatch(
    /by 4f2c1a9 or before \(10 minutes ago\)\.$/,
  );
  expect(withCommit([{ text: 'it fails' }], by(1), NOW)).toEqual([{ text: 'it fails' }]);
});

test('ages in one unit, and never negative', () => {
  const minute = 60_000;
  expect(
    [-5, 59_000, minute, 90 * minute, 49 * 60 * minute, 90 * 24 * 60 * minute, 800 * 24 * 60 * minute].map(ageText),
  ).toEqual(['just now', 'just now', '1 minute ago', '1 hour ago', '2 days ago', '3 months ago', '2 years ago']);
});

test('as Markdown only the place is a link', () => {
  const links = [{ text: 'pod <b> [x](y)' }, placed(place, 'set in'), { text: 'by 4f2c1a9', goesOn: true as const }];
  expect(whyMarkdown(links, ({ path, line }) => `file:///${path}#L${line}`)).toBe(
    'pod \\<b\\> \\[x\\]\\(y\\)  \n→ set in [a/b.yaml:2](file:///a/b.yaml#L2) by 4f2c1a9',
  );
});
