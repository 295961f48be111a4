// JSON text of API objects. The platform's writer is many times faster; ours is for the integers it cannot hold.
import { stringifyJson } from '../model/jsonText.ts';
import type { JsonValue } from '../model/json.ts';

export function jsonText(value: JsonValue): string {
  try {
    return JSON.stringify(value);
  } catch (error) {
    if (error instanceof TypeError) return stringifyJson(value);
    throw error;
  }
}
