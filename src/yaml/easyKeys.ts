// Keys that are written as they are and mean their own text: nearly all, and most stand in many objects.
import { isEasyKey } from './writeScalar.ts';

/** Keys that were found to be easy. */
export type EasyKeys = Set<string>;

/** Whether a key is written as it is, and means its own text. `easy` grows. */
export function isEasy(key: string, easy: EasyKeys): boolean {
  if (easy.has(key)) return true;
  if (!isEasyKey(key)) return false;
  easy.add(key);
  return true;
}
