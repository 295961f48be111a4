// The tags of YAML's own types, which are written short.
const LONG = 'tag:yaml.org,2002:';

/** `!!str` for `tag:yaml.org,2002:str`; any other tag as it is. */
export function shortTag(tag: string): string {
  return tag.startsWith(LONG) ? `!!${tag.slice(LONG.length)}` : tag;
}
