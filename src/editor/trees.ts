// The tree views: nodes as the engine made them, fetched when they are opened, refreshed one by one.
import * as vscode from 'vscode';
import type { TreeItemModel, ViewName } from '../server/protocol.ts';
import { VIEWS } from './contributions.ts';
import type { Engine } from './engine.ts';
import { whyOf } from './why.ts';

/** A node of a tree: the identity that the editor keeps, with the model as it is now. */
export class TreeElement {
  readonly view: ViewName;
  model: TreeItemModel;

  constructor(view: ViewName, model: TreeItemModel) {
    this.view = view;
    this.model = model;
  }
}

export function registerTrees(engine: Engine): vscode.Disposable {
  const views = (Object.keys(VIEWS) as ViewName[]).map((view) => registerTree(engine, view));
  return vscode.Disposable.from(...views);
}

function registerTree(engine: Engine, view: ViewName): vscode.Disposable {
  const changed = new vscode.EventEmitter<TreeElement[] | undefined>();
  const elements = new Map<string, TreeElement>();
  // What the person has opened and closed: a node that comes to another parent is as it was.
  const opened = new Map<string, boolean>();
  // The editor asks for a tooltip once, until the row is refreshed: by then the reason may be another, in other rows.
  const explained = new Set<TreeElement>();
  const elementOf = (model: TreeItemModel): TreeElement => {
    const element = elements.get(model.id) ?? new TreeElement(view, model);
    element.model = model;
    elements.set(model.id, element);
    return element;
  };
  const provider: vscode.TreeDataProvider<TreeElement> = {
    onDidChangeTreeData: changed.event,
    getChildren: async (element) => {
      const models = await engine.request('plumbline/tree', element ? { view, parent: element.model.id } : { view });
      return models.map(elementOf);
    },
    getTreeItem: ({ model }) => itemOf(model, view, opened.get(model.id)),
    resolveTreeItem: async (item, element) => {
      const { model } = element;
      // Behind what it is: the facts of it come last.
      const [name = '', ...facts] = model.tooltip.split('\n\n');
      const why = await whyOf(engine, model);
      if (why !== '') explained.add(element);
      const text = [name, why, ...facts].filter((part) => part !== '').join('\n\n');
      item.tooltip = text === '' ? undefined : inert(text);
      return item;
    },
  };
  const tree = vscode.window.createTreeView(VIEWS[view].id, {
    treeDataProvider: provider,
    showCollapseAll: view !== 'clusters',
  });
  const tellVisible = (): void => engine.notify('plumbline/viewVisible', { view, visible: tree.visible });
  return vscode.Disposable.from(
    tree,
    changed,
    tree.onDidExpandElement(({ element }) => opened.set(element.model.id, true)),
    tree.onDidCollapseElement(({ element }) => opened.set(element.model.id, false)),
    tree.onDidChangeVisibility(tellVisible),
    engine.on('plumbline/treeChanged', (params) => {
      if (params.view !== view) return;
      for (const model of params.items) {
        const known = elements.get(model.id);
        if (known) known.model = model;
      }
      const rows = params.ids.map((id) => elements.get(id)).filter((element) => element !== undefined);
      if (params.ids.includes('')) changed.fire(undefined);
      // That time goes by, which the rows of sources say, is no other reason: who reads a tooltip is left in peace.
      else if (params.items.every(({ context }) => context.startsWith('source'))) changed.fire(rows);
      else {
        changed.fire([...new Set([...rows, ...explained])]);
        explained.clear();
      }
    }),
    engine.on('plumbline/views', ({ messages, descriptions }) => {
      tree.message = messages[view] ?? '';
      tree.description = descriptions[view] ?? '';
    }),
    engine.onStarted(() => {
      changed.fire(undefined);
      tellVisible();
    }),
  );
}

const EXPANSION = {
  none: vscode.TreeItemCollapsibleState.None,
  collapsed: vscode.TreeItemCollapsibleState.Collapsed,
  expanded: vscode.TreeItemCollapsibleState.Expanded,
} as const;

function itemOf(model: TreeItemModel, view: ViewName, opened: boolean | undefined): vscode.TreeItem {
  const chosen = model.expansion === 'none' || opened === undefined ? undefined : opened ? 'expanded' : 'collapsed';
  const item = new vscode.TreeItem(model.label, EXPANSION[chosen ?? model.expansion]);
  item.id = `${view}|${model.id}`;
  item.description = model.description;
  item.iconPath = new vscode.ThemeIcon(
    model.icon.name,
    model.icon.color === undefined ? undefined : new vscode.ThemeColor(model.icon.color),
  );
  item.contextValue = model.context;
  item.accessibilityInformation = { label: model.spoken };
  if (model.opens !== undefined)
    item.command = { command: 'plumbline.openNode', title: vscode.l10n.t('Open'), arguments: [model] };
  return item;
}

/** Markdown that runs no command and shows no HTML. */
export function inert(text: string): vscode.MarkdownString {
  const markdown = new vscode.MarkdownString(text);
  markdown.isTrusted = false;
  markdown.supportHtml = false;
  return markdown;
}
