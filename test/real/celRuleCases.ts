// Rules of CRDs with objects for them, for test/real/celRules.ts: what is refused is learnt from the real API server.
import type { JsonObject } from '../../src/model/json.ts';

export interface RuleCase {
  readonly name: string;
  /** The schema of spec. */
  readonly spec: JsonObject;
  /** Values of spec: the first is created, each further one replaces it. */
  readonly values: readonly JsonObject[];
}

const object = (properties: JsonObject, ...rules: (string | JsonObject)[]): JsonObject => ({
  type: 'object',
  properties,
  'x-kubernetes-validations': rules.map((rule) => (typeof rule === 'string' ? { rule } : rule)),
});
const int: JsonObject = { type: 'integer' };
const text: JsonObject = { type: 'string' };
const short: JsonObject = { type: 'string', maxLength: 20 };
const listOf = (items: JsonObject, more: JsonObject = {}): JsonObject => ({
  type: 'array',
  maxItems: 10,
  items,
  ...more,
});
const mapOf = (values: JsonObject): JsonObject => ({ type: 'object', maxProperties: 10, additionalProperties: values });
const ruled = (schema: JsonObject, ...rules: (string | JsonObject)[]): JsonObject => ({
  ...schema,
  'x-kubernetes-validations': rules.map((rule) => (typeof rule === 'string' ? { rule } : rule)),
});

const keyed = listOf(
  { type: 'object', required: ['k'], properties: { k: short, v: int } },
  { 'x-kubernetes-list-type': 'map', 'x-kubernetes-list-map-keys': ['k'] },
);

export const RULE_CASES: readonly RuleCase[] = [
  {
    name: 'compare',
    spec: object({ a: int, b: int }, 'self.a < self.b'),
    values: [
      { a: 1, b: 2 },
      { a: 3, b: 2 },
    ],
  },
  {
    name: 'message',
    spec: object({ a: int }, { rule: 'self.a > 0', message: ' must be positive ' }),
    values: [{ a: 0 }],
  },
  {
    name: 'messageExpression',
    spec: object({ a: int }, { rule: 'self.a > 0', messageExpression: "'a is ' + string(self.a)" }),
    values: [{ a: 0 }],
  },
  {
    name: 'emptyMessageExpression',
    spec: object({ a: int }, { rule: 'self.a > 0', message: 'plain', messageExpression: "' '" }),
    values: [{ a: 0 }],
  },
  {
    name: 'failingMessageExpression',
    spec: object({ a: int }, { rule: 'self.a > 0', messageExpression: 'string(1 / self.a)' }),
    values: [{ a: 0 }],
  },
  {
    name: 'reasons',
    spec: object(
      { a: int },
      { rule: 'self.a > 0', reason: 'FieldValueForbidden' },
      { rule: 'self.a > 1', reason: 'FieldValueRequired' },
      { rule: 'self.a > 2', reason: 'FieldValueDuplicate' },
      { rule: 'self.a > 3', reason: 'FieldValueInvalid' },
    ),
    values: [{ a: 0 }],
  },
  { name: 'fieldPath', spec: object({ a: int }, { rule: 'self.a > 0', fieldPath: '.a' }), values: [{ a: 0 }] },
  {
    name: 'fieldPathMap',
    spec: object({ m: mapOf(int) }, { rule: 'self.m.k > 0', fieldPath: ".m['k']" }),
    values: [{ m: { k: 0 } }],
  },
  {
    name: 'scalar',
    spec: object({ a: ruled(int, 'self > 0'), s: ruled(text, "self != 'x'") }),
    values: [{ a: 0, s: 'x' }],
  },
  { name: 'immutable', spec: object({ a: ruled(int, 'self == oldSelf') }), values: [{ a: 1 }, { a: 1 }, { a: 2 }] },
  {
    name: 'optionalOldSelf',
    spec: object({
      a: ruled(int, { rule: 'oldSelf.hasValue() ? self >= oldSelf.value() : self > 0', optionalOldSelf: true }),
    }),
    values: [{ a: 1 }, { a: 0 }],
  },
  {
    name: 'optionalOldSelfCreate',
    spec: object({ a: ruled(int, { rule: 'oldSelf.orValue(5) < self', optionalOldSelf: true }) }),
    values: [{ a: 1 }],
  },
  { name: 'items', spec: object({ l: listOf(ruled(int, 'self > 0')) }), values: [{ l: [1, 0, -1] }] },
  {
    name: 'list',
    spec: object({ l: ruled(listOf(int), 'self.all(x, x > 0)', 'self.size() < 3') }),
    values: [{ l: [1, 0, -1] }],
  },
  {
    name: 'values',
    spec: object({ m: mapOf(ruled(short, "self.startsWith('a')")) }),
    values: [{ m: { x: 'b', y: 'a' } }],
  },
  {
    name: 'map',
    spec: object({ m: ruled(mapOf(int), 'self.all(k, self[k] > 0)', "'x' in self") }),
    values: [{ m: { y: 0 } }],
  },
  { name: 'missing', spec: object({ a: int, b: int }, 'self.a > 0'), values: [{ b: 1 }] },
  { name: 'has', spec: object({ a: int, b: int }, '!has(self.a) || has(self.b)'), values: [{ a: 1 }] },
  { name: 'optionalField', spec: object({ a: int }, 'self.?a.orValue(0) > 0'), values: [{}] },
  {
    name: 'keyedEqual',
    spec: object({ l: ruled(keyed, 'self == oldSelf') }),
    values: [
      {
        l: [
          { k: 'a', v: 1 },
          { k: 'b', v: 2 },
        ],
      },
      {
        l: [
          { k: 'b', v: 2 },
          { k: 'a', v: 1 },
        ],
      },
      {
        l: [
          { k: 'a', v: 2 },
          { k: 'b', v: 2 },
        ],
      },
    ],
  },
  {
    name: 'keyedTransition',
    spec: object({
      l: listOf(ruled({ type: 'object', required: ['k'], properties: { k: short, v: int } }, 'self.v >= oldSelf.v'), {
        'x-kubernetes-list-type': 'map',
        'x-kubernetes-list-map-keys': ['k'],
      }),
    }),
    values: [
      { l: [{ k: 'a', v: 1 }] },
      {
        l: [
          { k: 'b', v: 0 },
          { k: 'a', v: 0 },
        ],
      },
    ],
  },
  {
    name: 'set',
    spec: object({
      l: ruled(listOf(short, { 'x-kubernetes-list-type': 'set' }), 'self == oldSelf', "(self + ['z']).size() < 4"),
    }),
    values: [{ l: ['a', 'b'] }, { l: ['b', 'a'] }, { l: ['a', 'b', 'c'] }],
  },
  {
    name: 'intOrString',
    spec: object(
      { p: { 'x-kubernetes-int-or-string': true } },
      "type(self.p) == int ? self.p > 0 : self.p.endsWith('%')",
    ),
    values: [{ p: 0 }, { p: '5%' }],
  },
  {
    name: 'intOrStringWrong',
    spec: object({ p: { 'x-kubernetes-int-or-string': true } }, 'self.p > 0'),
    values: [{ p: 'x' }],
  },
  {
    name: 'escaped',
    spec: object(
      { 'a-b': int, 'c.d': int, namespace: int, e__f: int },
      'self.a__dash__b > 0',
      'self.c__dot__d > 0',
      'self.__namespace__ > 0',
      'self.e__underscores__f > 0',
    ),
    values: [{ 'a-b': 0, 'c.d': 0, namespace: 0, e__f: 0 }],
  },
  {
    name: 'dates',
    spec: object(
      { d: { type: 'string', format: 'date-time' }, u: { type: 'string', format: 'duration' } },
      "self.d > timestamp('2024-01-01T00:00:00Z')",
      "self.u < duration('1h')",
    ),
    values: [{ d: '2023-01-01T00:00:00Z', u: '2h' }],
  },
  {
    name: 'number',
    spec: object({ n: { type: 'number' } }, 'self.n > 0.5', 'self.n < 10'),
    values: [{ n: 0 }, { n: 12.5 }],
  },
  {
    name: 'bytes',
    spec: object({ b: { type: 'string', format: 'byte', maxLength: 50 } }, 'self.b.size() > 3'),
    values: [{ b: 'YWI=' }],
  },
  {
    name: 'overflow',
    spec: object({ a: { type: 'integer', format: 'int64' } }, 'self.a + 1 > 0'),
    values: [{ a: 9_223_372_036_854_775_807n }],
  },
  { name: 'division', spec: object({ a: int }, '10 / self.a > 0'), values: [{ a: 0 }] },
  { name: 'index', spec: object({ l: listOf(int) }, 'self.l[2] > 0'), values: [{ l: [1] }] },
  {
    name: 'regex',
    spec: object({ s: short }, "self.s.matches('^[a-z]+$')", "self.s.find('[0-9]+') == '12'"),
    values: [{ s: 'A12' }],
  },
  {
    name: 'quantity',
    spec: object({ q: short }, "quantity(self.q).isLessThan(quantity('1Gi'))"),
    values: [{ q: '2Gi' }, { q: 'x' }],
  },
  {
    name: 'ip',
    spec: object({ a: short, c: short }, 'cidr(self.c).containsIP(self.a)', 'isIP(self.a)'),
    values: [
      { a: '10.1.0.1', c: '10.0.0.0/16' },
      { a: 'x', c: '10.0.0.0/16' },
    ],
  },
  {
    name: 'url',
    spec: object({ u: short }, "url(self.u).getScheme() == 'https'"),
    values: [{ u: 'http://x/' }, { u: 'x' }],
  },
  {
    name: 'format',
    spec: object({ s: short }, '!format.dns1123Label().validate(self.s).hasValue()'),
    values: [{ s: 'A_b' }],
  },
  {
    name: 'semver',
    spec: object({ s: short }, "semver(self.s).isGreaterThan(semver('1.2.0'))"),
    values: [{ s: '1.1.9' }, { s: '1.1' }],
  },
  {
    name: 'nullable',
    spec: object({ a: { type: 'string', nullable: true, maxLength: 5 } }, 'has(self.a)'),
    values: [{ a: null }],
  },
  {
    name: 'embedded',
    spec: object(
      { r: { type: 'object', 'x-kubernetes-embedded-resource': true, 'x-kubernetes-preserve-unknown-fields': true } },
      "self.r.kind == 'ConfigMap'",
      "self.r.metadata.name == 'x'",
    ),
    values: [{ r: { apiVersion: 'v1', kind: 'Pod', metadata: { name: 'y' } } }],
  },
  {
    name: 'allOf',
    spec: {
      type: 'object',
      properties: { a: int },
      allOf: [{ properties: { a: { 'x-kubernetes-validations': [{ rule: 'self > 5' }] } } }],
    },
    values: [{ a: 1 }],
  },
  {
    name: 'ratchet',
    spec: object({ a: ruled(short, "self != 'bad'"), b: int }),
    values: [{ a: 'good' }, { a: 'bad' }],
  },
  { name: 'twoVariables', spec: object({ l: listOf(int) }, 'self.l.all(i, v, v >= i)'), values: [{ l: [0, 0] }] },
  {
    name: 'formatting',
    spec: object(
      { a: int, s: short },
      { rule: 'self.a > 0', messageExpression: "'%d is not %s'.format([self.a, self.s])" },
    ),
    values: [{ a: 0, s: 'ok' }],
  },
  { name: 'unknownField', spec: object({ a: int }, 'self.b > 0'), values: [] },
  { name: 'wrongType', spec: object({ a: int, s: text }, "self.a == 'x'", 'self.s + 1 == 2'), values: [] },
  { name: 'syntax', spec: object({ a: int }, 'self.a >', 'self.a = 1'), values: [] },
  { name: 'noBool', spec: object({ a: int }, 'self.a'), values: [] },
  { name: 'undeclared', spec: object({ a: int }, 'foo > 0', 'bar(self.a)'), values: [] },
  { name: 'emptyRule', spec: object({ a: int }, ' '), values: [] },
  { name: 'badReason', spec: object({ a: int }, { rule: 'self.a > 0', reason: 'Nope' }), values: [] },
  { name: 'badFieldPath', spec: object({ a: int }, { rule: 'self.a > 0', fieldPath: '.b' }), values: [] },
  {
    name: 'lineBreaks',
    spec: object({ a: int }, { rule: 'self.a > 0', message: 'a\nb' }, { rule: 'self.a\n> 0' }),
    values: [],
  },
  {
    name: 'badMessageExpression',
    spec: object(
      { a: int },
      { rule: 'self.a > 0', messageExpression: 'self.a' },
      { rule: 'self.a > 0', messageExpression: 'self.b' },
    ),
    values: [],
  },
  { name: 'uselessOptional', spec: object({ a: int }, { rule: 'self.a > 0', optionalOldSelf: true }), values: [] },
  { name: 'uncorrelated', spec: object({ l: listOf(ruled(int, 'self == oldSelf')) }), values: [] },
  {
    name: 'badLiteral',
    spec: object({ s: short }, "self.s.matches('[')", "duration('x') > duration('1s')"),
    values: [],
  },
  {
    name: 'preserved',
    spec: ruled({ type: 'object', 'x-kubernetes-preserve-unknown-fields': true }, 'self.a > 0'),
    values: [],
  },
  {
    name: 'costly',
    spec: object(
      { l: { type: 'array', items: { type: 'array', items: text } } },
      'self.l.all(a, a.all(b, self.l.exists(c, c.exists(d, d == b))))',
    ),
    values: [],
  },
  {
    name: 'costlyString',
    spec: object({ l: { type: 'array', items: text } }, "self.l.all(x, x.matches('^[a-z]+$'))"),
    values: [],
  },
];
