// Values in one line, as plans and hovers show them. Must not see a Secret's value: the diff room masks those before.
import { MASKED } from '../diff/plan/plan.ts';
import type { JsonValue } from '../model/json.ts';
import { stringifyJson } from '../model/jsonText.ts';

const WIDTH = 72;

/** The value as JSON in one line; long text is cut, text of several lines is counted. */
export function valueText(value: JsonValue | undefined): string {
  if (value === undefined) return 'nothing';
  if (value === MASKED) return MASKED;
  if (typeof value === 'string' && value.includes('\n')) {
    const lines = value.replace(/\n$/, '').split('\n').length;
    return `${shorten(JSON.stringify(value.split('\n', 1)[0]))} (${lines} ${lines === 1 ? 'line' : 'lines'})`;
  }
  return shorten(stringifyJson(value));
}

function shorten(text: string): string {
  return text.length <= WIDTH ? text : `${text.slice(0, WIDTH - 1)}…`;
}
