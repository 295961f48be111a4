// Checks the walls between the rooms: who may import whom (the table in ARCHITECTURE.md is the configuration), no cycle,
// no file over its budget, no forbidden name. Used by `npm run check` and by test/architecture.test.ts.
import { readFileSync, readdirSync } from 'node:fs';
import { builtinModules } from 'node:module';
import { dirname, join, relative, resolve, sep } from 'node:path';
import { fileURLToPath } from 'node:url';

export interface SourceFile {
  /** Path below src, with `/`. */
  readonly path: string;
  readonly lines: number;
  readonly imports: readonly Import[];
  readonly text: string;
}

interface Import {
  /** A path below src for our own files, else the package's or the platform module's name. */
  readonly target: string;
  readonly own: boolean;
  readonly typeOnly: boolean;
}

interface Room {
  readonly name: string;
  /** Rooms, or single files as `room/file`; a trailing `(types)` allows only type imports. */
  readonly mayImport: readonly { readonly target: string; readonly typesOnly: boolean }[];
  /** Packages and `node` for the platform's modules. */
  readonly packages: readonly string[];
}

const LINE_LIMIT = 500;
const FORBIDDEN_NAMES = /(^|\/)(utils?|helpers?|common|misc)(\/|\.ts$)|(Utils?|Helpers?)\.ts$/;
/** Generated tables have no length that a reader would care for. */
const GENERATED = /(^|\/)data\//;

/** Reads every source file below `src`; tests are left out. */
export function readSources(src: string): SourceFile[] {
  return readdirSync(src, { recursive: true, encoding: 'utf8' })
    .map((path) => path.split(sep).join('/'))
    .filter((path) => path.endsWith('.ts') && !path.endsWith('.test.ts'))
    .sort()
    .map((path) => {
      const text = readFileSync(join(src, path), 'utf8');
      return { path, text, lines: text.split('\n').length - 1, imports: importsOf(path, text) };
    });
}

/** `import type {...} from 'x'`, `import {...} from 'x'`, `import 'x'`, `export ... from 'x'`, over several lines too. */
const STATEMENT = /^(import|export)\b(\s+type\b(?!\s*,|\s+from))?([^;'"]*?)\bfrom\s+'([^']+)'|^import\s+'([^']+)'/gm;
const DYNAMIC = /\bimport\(\s*'([^']+)'\s*\)/g;

/** The imports of a file, by its text: our files are formatted by one tool, so that a pattern sees them all. */
export function importsOf(path: string, text: string): Import[] {
  const found: Import[] = [];
  const add = (specifier: string, typeOnly: boolean): void => {
    const own = specifier.startsWith('.');
    const target = own
      ? relative('.', resolve(dirname(path), specifier))
          .split(sep)
          .join('/')
      : specifier;
    found.push({ target, own, typeOnly });
  };
  for (const [, , type, names = '', from, bare] of text.matchAll(STATEMENT)) {
    const list =
      /\{([^}]*)\}/
        .exec(names)?.[1]
        ?.split(',')
        .map((name) => name.trim())
        .filter((name) => name !== '') ?? [];
    const allTypes = list.length > 0 && list.every((name) => name.startsWith('type ')) && !/\w\s*,\s*\{/.test(names);
    add(from ?? bare ?? '', type !== undefined || allTypes);
  }
  for (const [, specifier = ''] of text.matchAll(DYNAMIC)) add(specifier, false);
  return found;
}

/** Reads the table of rooms from ARCHITECTURE.md: the one whose header starts with `| room |`. */
export function readRooms(architecture: string): Room[] {
  const lines = architecture.split('\n');
  const start = lines.findIndex((line) => /^\|\s*room\s*\|/.test(line));
  if (start < 0) throw new Error('ARCHITECTURE.md has no table whose header starts with "| room |"');
  const rooms: Room[] = [];
  for (const line of lines.slice(start + 2)) {
    if (!line.startsWith('|')) break;
    const [name = '', , imports = '', packages = ''] = line
      .split('|')
      .slice(1)
      .map((cell) => cell.trim());
    rooms.push({
      name: name.replaceAll('`', ''),
      mayImport: listOf(imports).map((entry) => ({
        target: entry.replace(' (types)', ''),
        typesOnly: entry.endsWith(' (types)'),
      })),
      packages: listOf(packages),
    });
  }
  return rooms;
}

function listOf(cell: string): string[] {
  return cell
    .replaceAll('`', '')
    .split(',')
    .map((entry) => entry.trim())
    .filter((entry) => entry !== '' && entry !== '–');
}

const roomOf = (path: string): string => path.split('/')[0] ?? path;

/** Everything that breaks a rule, one sentence each; empty when the walls stand. */
export function checkBoundaries(
  sources: readonly SourceFile[],
  rooms: readonly Room[],
  limits: ReadonlyMap<string, number>,
): string[] {
  const problems: string[] = [];
  if (sources.length === 0) problems.push('no source files were read');
  for (const source of sources) {
    problems.push(...checkFile(source, rooms, limits));
  }
  for (const cycle of findCycles(sources)) problems.push(`import cycle: ${cycle.join(' -> ')}`);
  return problems;
}

function checkFile(source: SourceFile, rooms: readonly Room[], limits: ReadonlyMap<string, number>): string[] {
  const problems: string[] = [];
  const room = rooms.find((one) => one.name === roomOf(source.path));
  if (!room) return [`src/${source.path}: the table of rooms in ARCHITECTURE.md does not name ${roomOf(source.path)}`];
  for (const { target, own, typeOnly } of source.imports) {
    if (own) {
      if (!target.endsWith('.ts') && !target.endsWith('.json'))
        problems.push(`src/${source.path}: import of ${target} without its extension`);
      if (roomOf(target) === room.name) continue;
      const allowed = room.mayImport.filter((one) => one.target === roomOf(target) || `${one.target}.ts` === target);
      if (allowed.length === 0) problems.push(`src/${source.path}: ${room.name} may not import ${target}`);
      else if (!typeOnly && allowed.every((one) => one.typesOnly))
        problems.push(`src/${source.path}: ${room.name} may import only types of ${target}`);
    } else if (!allowsPackage(room, target))
      problems.push(`src/${source.path}: ${room.name} may not import the module ${target}`);
  }
  const limit = limits.get(source.path) ?? LINE_LIMIT;
  if (source.lines > limit && !GENERATED.test(source.path))
    problems.push(`src/${source.path}: ${source.lines} lines, the limit is ${limit}`);
  if (FORBIDDEN_NAMES.test(source.path))
    problems.push(`src/${source.path}: a name that says nothing about what is inside`);
  if (!source.text.startsWith('//') && !source.text.startsWith('/*'))
    problems.push(`src/${source.path}: the first line does not say what the file is for`);
  return problems;
}

function allowsPackage(room: Room, specifier: string): boolean {
  const platform = specifier.startsWith('node:') || builtinModules.includes(specifier);
  const name = platform
    ? 'node'
    : specifier
        .split('/')
        .slice(0, specifier.startsWith('@') ? 2 : 1)
        .join('/');
  return room.packages.includes(name);
}

/** Files that reach themselves by imports, type imports included: one path for each knot. */
export function findCycles(sources: readonly SourceFile[]): string[][] {
  const edges = new Map(
    sources.map((source) => [source.path, source.imports.filter((one) => one.own).map((one) => one.target)]),
  );
  const state = new Map<string, 'open' | 'done'>();
  const cycles: string[][] = [];
  const visit = (path: string, trail: string[]): void => {
    if (state.get(path) === 'open') cycles.push([...trail.slice(trail.indexOf(path)), path]);
    if (state.has(path)) return;
    state.set(path, 'open');
    for (const target of edges.get(path) ?? []) visit(target, [...trail, path]);
    state.set(path, 'done');
  };
  for (const source of sources) visit(source.path, []);
  return cycles;
}

/** Median and 90th percentile of source file length, in lines. */
export function lengths(sources: readonly SourceFile[]): { median: number; p90: number; max: number } {
  const sorted = sources.map((source) => source.lines).sort((a, b) => a - b);
  const at = (share: number): number => sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0;
  return { median: at(0.5), p90: at(0.9), max: at(1) };
}

/** Files that may be longer than the limit, from the list under "Longer files" in ARCHITECTURE.md: `- path: lines, reason`. */
export function readLimits(architecture: string): Map<string, number> {
  const found = [...architecture.matchAll(/^- `src\/([^`]+)`: (\d+) lines, .+$/gm)];
  return new Map(found.map((match) => [match[1] as string, Number(match[2])]));
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const root = dirname(dirname(fileURLToPath(import.meta.url)));
  const architecture = readFileSync(join(root, 'ARCHITECTURE.md'), 'utf8');
  const sources = readSources(join(root, 'src'));
  const problems = checkBoundaries(sources, readRooms(architecture), readLimits(architecture));
  for (const problem of problems) console.log(problem);
  const { median, p90, max } = lengths(sources);
  console.log(
    `${sources.length} source files, median ${median} lines, 90th percentile ${p90}, longest ${max}; ${findCycles(sources).length} import cycles`,
  );
  process.exitCode = problems.length > 0 ? 1 : 0;
}
