// A case that is written by hand: a repository, Flux objects with odd specs, and what somebody does next. Knows no engine.
import type { JsonObject } from '../../../src/model/json.ts';

/** `TOKEN` stands for a name of the run's own in every text, `COMMIT0` for the id of the first commit. */
export interface FluxCase {
  readonly name: string;
  /** Makes the repository; without it there is one commit with one ConfigMap in `app`. All refs are pushed. */
  readonly repository?: (repo: Repo) => Promise<void>;
  /** Objects that are there before, in `TOKEN-flux` where they name no namespace. */
  readonly objects?: readonly JsonObject[];
  /** Specs of GitRepositories beyond interval and url, by name. Without any there is `repo` at its branch main. */
  readonly sources?: Readonly<Record<string, JsonObject>>;
  /** Specs of Kustomizations beyond interval, path and source, by name. */
  readonly kustomizations?: Readonly<Record<string, JsonObject>>;
  readonly steps?: readonly FluxStep[];
  /** What differs for a reason: the beginnings of lines. */
  readonly meant?: readonly string[];
}

/** One of: a commit, merge patches of Flux objects, the deletion of some; then everything is asked for again. */
export interface FluxStep {
  readonly files?: Readonly<Record<string, string | null>>;
  /** `Kustomization/app` or `GitRepository/repo` to a merge patch, or null to delete it. */
  readonly flux?: Readonly<Record<string, JsonObject | null>>;
  /** Applied by `manager`, with force. */
  readonly apply?: { readonly manager: string; readonly object: JsonObject };
}

export interface Repo {
  commit(files: Readonly<Record<string, string | null>>): Promise<void>;
  git(...args: readonly string[]): Promise<string>;
}

export const configMap = (name: string, data: JsonObject = { value: 'x' }, metadata = ''): string =>
  `apiVersion: v1\nkind: ConfigMap\nmetadata: {name: ${name}, namespace: TOKEN-app${metadata}}\ndata: ${JSON.stringify(data)}\n`;

/** A Secret of the case's own, among its `objects`. */
export const secret = (name: string, stringData: JsonObject): JsonObject => ({
  apiVersion: 'v1',
  kind: 'Secret',
  metadata: { name },
  stringData,
});
