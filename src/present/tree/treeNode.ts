// The plain form of a tree: what any editor needs to show one. Must not know an editor.
import type { ObjectRef } from '../../model/objectRef.ts';
import type { StateWord } from '../fluxState.ts';

export type ViewName = 'clusters' | 'reconciliation' | 'plan';

/** What an action on a node acts upon. */
export interface TreeTarget {
  readonly cluster: string;
  readonly ref?: ObjectRef;
  /** The Kustomization that owns `ref`. */
  readonly owner?: ObjectRef;
  /** Where it was written: a path of the workspace and a line from 1. */
  readonly file?: string;
  readonly line?: number;
  /** The address of `file`; filled in by the server, which knows the folder. */
  readonly uri?: string;
}

export interface TreeIcon {
  /** A codicon's name, `~spin` included. */
  readonly name: string;
  /** A theme colour's id. */
  readonly color?: string;
}

export interface TreeNode {
  /** Stable while the thing lives: selection and expansion hang on it. */
  readonly id: string;
  readonly label: string;
  readonly description: string;
  readonly icon: TreeIcon;
  /** Markdown without HTML and without command links. */
  readonly tooltip: string;
  /** What menus match on: words joined by dots. */
  readonly context: string;
  readonly state: StateWord | 'none';
  /** What a screen reader says. */
  readonly spoken: string;
  readonly expansion: 'none' | 'collapsed' | 'expanded';
  /** What choosing the node does; nothing where it is absent. */
  readonly opens?: 'diff' | 'file' | 'plan';
  readonly target?: TreeTarget;
  readonly children: readonly TreeNode[];
}

/** Makes a node with what most nodes have. */
export function treeNode(node: Partial<TreeNode> & Pick<TreeNode, 'id' | 'label' | 'icon' | 'context'>): TreeNode {
  const description = node.description ?? '';
  return {
    description,
    tooltip: '',
    state: 'none',
    spoken: description === '' ? node.label : `${node.label}, ${description}`,
    expansion: (node.children?.length ?? 0) > 0 ? 'collapsed' : 'none',
    children: [],
    ...node,
  };
}

// Those of lists have no colour where the contrast is high.
const STATE_ICONS: Readonly<Record<StateWord, TreeIcon>> = {
  ready: { name: 'pass-filled', color: 'testing.iconPassed' },
  progressing: { name: 'sync~spin', color: 'progressBar.background' },
  waiting: { name: 'watch', color: 'descriptionForeground' },
  failed: { name: 'error', color: 'problemsErrorIcon.foreground' },
  suspended: { name: 'debug-pause', color: 'descriptionForeground' },
  drifted: { name: 'git-compare', color: 'problemsWarningIcon.foreground' },
  unrendered: { name: 'circle-outline', color: 'descriptionForeground' },
  unknown: { name: 'question', color: 'descriptionForeground' },
};

export function stateIcon(state: StateWord): TreeIcon {
  return STATE_ICONS[state];
}

/** Text of a cluster or a file as Markdown that stays inert: no links, no markup, no HTML. */
export function inertMarkdown(text: string): string {
  return text
    .replaceAll(/[\\`*_{}[\]()!|<>~@]/g, '\\$&')
    .replaceAll('://', '\\://')
    .replaceAll(/\bwww\./gi, (found) => `${found.slice(0, -1)}\\.`)
    .replaceAll(/^(\s*)([#+-])/gm, '$1\\$2')
    .replaceAll(/^(\s*\d+)([.)])/gm, '$1\\$2')
    .replaceAll(/\r?\n/g, '  \n');
}
