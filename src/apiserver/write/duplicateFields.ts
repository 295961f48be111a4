// Keys that stand twice in a JSON text, by path. A JSON parser keeps the last and says nothing; the API warns.

/** Paths such as `spec.list[0].name` of keys that were met again, each time. Text that is not JSON has none. */
export function duplicateFields(text: string): string[] {
  if (!text.includes('"')) return [];
  const found: string[] = [];
  const tokens = /"(?:[^"\\]|\\.)*"|[{}[\],:]/g;
  const stack: { path: string; keys: Set<string> | undefined; index: number; key: string; expectKey: boolean }[] = [];
  for (let match = tokens.exec(text); match; match = tokens.exec(text)) {
    const token = match[0];
    const top = stack.at(-1);
    if (token === '{' || token === '[') {
      const path = top ? childPath(top) : '';
      stack.push({ path, keys: token === '{' ? new Set() : undefined, index: 0, key: '', expectKey: token === '{' });
    } else if (token === '}' || token === ']') stack.pop();
    else if (token === ',') {
      if (top?.keys) top.expectKey = true;
      else if (top) top.index++;
    } else if (token !== ':' && top?.keys && top.expectKey) {
      top.key = JSON.parse(token) as string;
      top.expectKey = false;
      if (top.keys.has(top.key)) found.push(childPath(top));
      top.keys.add(top.key);
    }
  }
  return found;
}

function childPath(top: { path: string; keys: Set<string> | undefined; index: number; key: string }): string {
  if (!top.keys) return `${top.path}[${top.index}]`;
  return top.path === '' ? top.key : `${top.path}.${top.key}`;
}
