// What can be wrong with YAML text: one factory for each kind, with its sentence.
import type { Finding } from '../model/finding.ts';
import type { Place } from '../model/sourceText.ts';
import type { Dialect } from './resolve.ts';
import { TEMPLATE } from './sharpen.ts';
import type { Fault } from './token.ts';

export function ofFault(fault: Fault, at: Place): Finding {
  return { code: fault.code, severity: 'error', message: fault.message, at };
}

export function controlCharacter(code: number, at: Place): Finding {
  const name = `U+${code.toString(16).toUpperCase().padStart(4, '0')}`;
  const message =
    code === 0
      ? 'the file holds zero bytes (U+0000), so it is no text: save it as UTF-8, or leave it out'
      : `the control character ${name} is not allowed; write it as an escape in double quotes`;
  return { code: 'yaml-syntax', severity: 'error', message, at };
}

export function separatorWithText(at: Place): Finding {
  return {
    code: 'yaml-syntax',
    severity: 'error',
    message: 'only a comment can stand behind --- on its line; put the rest on the next one',
    at,
  };
}

/** kustomize fails on the object; sigs.k8s.io/yaml silently takes the last, which often drops half of a file. */
export function duplicateKey(key: string, dialect: Dialect, first: Place | undefined, at: Place): Finding {
  const related = first ? { related: [{ message: 'first defined here', at: first }] } : {};
  return dialect === 'resource'
    ? {
        code: 'yaml-duplicate-key',
        severity: 'error',
        message: `key "${key}" is already defined in this map; remove one of the two`,
        at,
        ...related,
      }
    : {
        code: 'yaml-duplicate-key',
        severity: 'warning',
        message: `key "${key}" is already defined in this map: only this last one counts`,
        at,
        ...related,
      };
}

export function unknownAnchor(name: string, at: Place): Finding {
  return {
    code: 'yaml-syntax',
    severity: 'error',
    message: `no anchor &${name} stands before this alias; define it earlier in this document, or put the text in quotes`,
    at,
  };
}

export function anchorCycle(name: string, at: Place): Finding {
  return {
    code: 'yaml-anchor-cycle',
    severity: 'error',
    message: `anchor &${name} contains itself; write the value out instead of the alias`,
    at,
  };
}

export function aliasDepth(name: string, at: Place): Finding {
  const message = `with the value of anchor &${name} in its place, this is nested more than 10000 deep; write it flatter`;
  return { code: 'yaml-depth', severity: 'error', message, at };
}

export function mergeOfNoMap(at: Place | undefined): Finding {
  return {
    code: 'yaml-unsupported',
    severity: 'error',
    message: '<< needs a map, or a list of maps; give it an alias of one',
    ...(at ? { at } : {}),
  };
}

export function secondMerge(at: Place): Finding {
  const message = 'a map can hold one << only; give it a list of maps';
  return { code: 'yaml-unsupported', severity: 'error', message, at };
}

export function quotedMerge(at: Place): Finding {
  const message = 'kustomize drops the key "<<" although it is quoted; use another key';
  return { code: 'yaml-unsupported', severity: 'warning', message, at };
}

export function keyOfOtherType(text: string, tag: string, at: Place): Finding {
  const kind = kinds.get(tag) ?? 'no string';
  return { code: 'yaml-unsupported', severity: 'error', message: `key ${text} is ${kind}; put it in quotes`, at };
}

const kinds = new Map<string, string>([
  ['!!null', 'null'],
  ['!!bool', 'a boolean'],
  ['!!int', 'a number'],
  ['!!float', 'a number'],
  ['!!timestamp', 'a timestamp'],
]);

export function complexKey(at: Place): Finding {
  // `{{ .Values.x }}` is a map whose key is a map.
  const { text } = at.source;
  const isTemplate = text.startsWith('{{', at.start) || text.startsWith('{{', at.start - 1);
  const message = isTemplate ? TEMPLATE : 'a key cannot be a list or a map; put it in quotes if it is text';
  return { code: 'yaml-unsupported', severity: 'error', message, at };
}

export function notOfTag(tag: string, text: string, at: Place): Finding {
  const shown = text.length > 20 ? `${text.slice(0, 17)}...` : text;
  return {
    code: 'yaml-unsupported',
    severity: 'error',
    message: `"${shown}" cannot be read as ${tag}; correct the value or remove the tag`,
    at,
  };
}

export function infinite(text: string, at: Place): Finding {
  const message = `${text} has no form in JSON; put it in quotes if it is text`;
  return { code: 'yaml-unsupported', severity: 'error', message, at };
}

export function tabInBlock(at: Place): Finding {
  const message =
    'kustomize cannot read the block text again that it makes of a text that begins with a tab: remove the tab';
  return { code: 'yaml-unsupported', severity: 'error', message, at };
}

/** encoding/json leaves these characters as they are, and go-yaml refuses them when kustomize reads its own JSON. */
export function unprintable(text: string, at: Place | undefined): Finding {
  const code = unprintableInKey.exec(text)?.[0].charCodeAt(0) ?? 0;
  const name = `U+${code.toString(16).toUpperCase().padStart(4, '0')}`;
  const message = `kustomize cannot print the character ${name}, however it is written; remove it`;
  return { code: 'yaml-unsupported', severity: 'error', message, ...(at ? { at } : {}) };
}

// eslint-disable-next-line no-control-regex -- they are the subject.
export const unprintableCharacter = /[\x7f-\x84\x86-\x9f\ufffe\uffff]/;

/** In keys also the "next line" character: it is a line break to go-yaml, and keys must stand on one line. */
// eslint-disable-next-line no-control-regex -- they are the subject.
export const unprintableInKey = /[\x7f-\x9f\ufffe\uffff]/;

export function unknownTag(tag: string, at: Place): Finding {
  return {
    code: 'yaml-unsupported',
    severity: 'warning',
    message: `tag ${tag} is unknown and has no effect; remove it`,
    at,
  };
}

export function unreadRest(at: Place): Finding {
  const message = 'what follows the end of the first document here is not read; separate documents by ---';
  return { code: 'yaml-unsupported', severity: 'warning', message, at };
}

export function rounded(text: string, value: string, at: Place): Finding {
  const message = `${text} becomes ${value}: numbers beyond 2^53 lose digits in a JSON 6902 patch; patch it another way`;
  return { code: 'yaml-unsupported', severity: 'warning', message, at };
}
