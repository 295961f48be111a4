// The one table of what the extension contributes: commands, views, menus, settings, context keys. package.json's
// `contributes` and package.nls.json are generated from it (see contributions.test.ts, UPDATE=1); code takes ids from it.

const VIEW_CONTAINER = 'plumbline';

/** The language of the plan as text: it has settings of its own. */
export const PLAN_LANGUAGE = 'plumbline-plan';
export const PLAN_SCHEME = 'plumbline-plan';

/** Room for what the hints of a line say: a person may want less. */
const HINT_LENGTH = 120;

/** Context keys that the client sets. */
export const CONTEXT = {
  ready: 'plumbline.ready',
  fluxObjects: 'plumbline.hasFluxObjects',
  clusters: 'plumbline.hasClusters',
  connected: 'plumbline.hasConnected',
  planned: 'plumbline.hasPlans',
  changes: 'plumbline.planHasChanges',
  loop: 'plumbline.hasLoop',
  failed: 'plumbline.engineFailed',
} as const;

interface CommandRow {
  readonly title: string;
  readonly icon?: string;
  /** When it may run; without it always. */
  readonly enablement?: string;
  /** `false`: only in menus of a view. */
  readonly palette?: false;
}

/** Every command by its id. Titles are the words of the palette, in which the category stands before them. */
export const COMMANDS = {
  'plumbline.reconcile': { title: 'Reconcile', icon: '$(sync)', enablement: CONTEXT.connected },
  'plumbline.reconcileWithSource': {
    title: 'Reconcile with Source',
    icon: '$(repo-sync)',
    enablement: CONTEXT.connected,
  },
  'plumbline.reconcileAll': { title: 'Reconcile All', icon: '$(sync)', enablement: CONTEXT.connected },
  'plumbline.groupBy': {
    title: 'Group Reconciliation By...',
    icon: '$(group-by-ref-type)',
    enablement: CONTEXT.connected,
  },
  'plumbline.suspend': { title: 'Suspend', icon: '$(debug-pause)', enablement: CONTEXT.connected },
  'plumbline.resume': { title: 'Resume', icon: '$(debug-continue)', enablement: CONTEXT.connected },
  'plumbline.openPreview': { title: 'Open Rendered Preview', icon: '$(open-preview)' },
  'plumbline.switchPreview': { title: 'Preview Another Kustomization...', icon: '$(list-selection)' },
  'plumbline.showPlan': { title: 'Show Plan', icon: '$(list-tree)', enablement: CONTEXT.connected },
  'plumbline.applyPlan': { title: 'Apply Plan', icon: '$(run-all)', enablement: CONTEXT.changes },
  'plumbline.why': { title: 'Why Is It Not Ready', icon: '$(question)', enablement: CONTEXT.connected },
  'plumbline.diff': { title: 'Diff Desired and Live', icon: '$(diff)', enablement: CONTEXT.connected },
  'plumbline.diffDrift': { title: 'Diff Drift of Kustomization', icon: '$(diff)', enablement: CONTEXT.connected },
  'plumbline.simulateDrift': { title: 'Simulate Drift', icon: '$(beaker)', enablement: CONTEXT.connected },
  'plumbline.heal': { title: 'Heal Drift of Object', icon: '$(discard)', enablement: CONTEXT.loop },
  'plumbline.healKustomization': {
    title: 'Heal Drift of Kustomization',
    icon: '$(discard)',
    enablement: CONTEXT.loop,
  },
  'plumbline.revertDrift': { title: 'Revert Drifted Field...', icon: '$(discard)', enablement: CONTEXT.loop },
  'plumbline.adoptDrift': { title: 'Adopt Live Value...', icon: '$(arrow-down)', enablement: CONTEXT.connected },
  'plumbline.ignoreDrift': { title: 'Ignore Drift...', icon: '$(circle-slash)', enablement: CONTEXT.connected },
  'plumbline.detectDrift': { title: 'Only Detect Drift', icon: '$(eye)', enablement: CONTEXT.connected },
  'plumbline.healDrift': { title: 'Heal Drift Again', icon: '$(check-all)', enablement: CONTEXT.connected },
  'plumbline.createCluster': { title: 'Create Cluster...', icon: '$(add)', enablement: 'isWorkspaceTrusted' },
  'plumbline.deleteCluster': { title: 'Delete Cluster...', icon: '$(trash)', enablement: CONTEXT.clusters },
  'plumbline.startLoop': {
    title: 'Run the Loop of This Folder on Cluster...',
    icon: '$(run)',
    enablement: CONTEXT.clusters,
  },
  'plumbline.serve': { title: 'Serve Workspace From...', icon: '$(git-branch)', enablement: CONTEXT.loop },
  'plumbline.showLog': { title: 'Show Log', icon: '$(output)' },
  'plumbline.restartEngine': { title: 'Restart Engine', icon: '$(debug-restart)' },
  'plumbline.showActions': { title: 'Show Actions' },
  'plumbline.openNode': { title: 'Open', palette: false },
  'plumbline.peekReached': { title: 'Peek Rendered Objects', palette: false },
} as const satisfies Readonly<Record<string, CommandRow>>;

export type CommandId = keyof typeof COMMANDS;

interface SettingRow {
  readonly title: string;
  readonly default: boolean | string | readonly string[] | Readonly<Record<string, boolean>>;
  /** Said by the person alone: not by the folder, and not at all before it is trusted. */
  readonly guarded?: true;
}

/** What can be switched off and what is allowed. The engine asks for those that it answers (`FEATURES` of the protocol). */
export const SETTINGS = {
  'plumbline.hover.enabled': {
    title: 'Show where a value comes from, and what became of it, when hovering over it.',
    default: true,
  },
  'plumbline.definition.enabled': {
    title: 'Go from rendered text to its source, and from names, paths and patches to what they mean.',
    default: true,
  },
  'plumbline.references.enabled': {
    title: 'Find who refers to an object, who lists a file, and which rendered fields a line reaches.',
    default: true,
  },
  'plumbline.documentLinks.enabled': {
    title: 'Make the paths in kustomizations and Flux objects links.',
    default: true,
  },
  'plumbline.codeLens.enabled': {
    title: 'Say above objects, patches and kustomizations how many rendered objects they reach.',
    default: true,
  },
  'plumbline.editLens.enabled': {
    title: 'Say above the documents of an edited file what the edit would do to the cluster.',
    default: true,
  },
  'plumbline.inlayHints.enabled': {
    title: 'Show behind a value what overlays made of it, and what the cluster has instead.',
    default: true,
  },
  'plumbline.preview.scrollSync': {
    title: 'Scroll a source file and its rendered preview together.',
    default: true,
  },
  'plumbline.preview.selectionSync': {
    title:
      'Mark in the preview what the line of the cursor has become, and in the source where a rendered line comes from.',
    default: true,
  },
  'plumbline.remote.allowedHosts': {
    title:
      'Hosts that builds may fetch remote resources from: names, `host:port`, `*.domain`, or `file` for repositories on this machine. Nothing is fetched from others.',
    default: [],
    guarded: true,
  },
  'plumbline.helm.enabled': {
    title:
      'Render `helmCharts` by running the helm program. Charts of other hosts are fetched where `#plumbline.remote.allowedHosts#` names them.',
    default: false,
    guarded: true,
  },
  'plumbline.helm.path': {
    title: 'The helm program: a name on the `PATH`, or its whole path.',
    default: 'helm',
    guarded: true,
  },
  'plumbline.controller.defaultServiceAccount': {
    title:
      'The account that objects are applied as where a Kustomization names none (`--default-service-account` of the controller). Holds for the loop, the plan and its apply, as the other settings of the controller do.',
    default: '',
  },
  'plumbline.controller.noCrossNamespaceRefs': {
    title: 'Refuse sources and dependencies of other namespaces (`--no-cross-namespace-refs`).',
    default: false,
  },
  'plumbline.controller.overrideManagers': {
    title: 'Field managers whose fields are taken over too, by the start of their name (`--override-manager`).',
    default: [],
  },
  'plumbline.controller.customApplyStageKinds': {
    title: 'Kinds that are applied before the rest, as `group/Kind` (`--custom-apply-stage-kinds`).',
    default: [],
  },
  'plumbline.controller.featureGates': {
    title: 'What the controller has behind gates, by name: `{"MigrateAPIVersion": true}` (`--feature-gates`).',
    default: {},
  },
} as const satisfies Readonly<Record<string, SettingRow>>;

export type SettingId = keyof typeof SETTINGS;

/** Short ids of the views as the protocol has them. */
export const VIEWS = {
  clusters: { id: 'plumbline.clusters', name: 'Clusters', icon: '$(server-environment)', size: 1 },
  reconciliation: { id: 'plumbline.reconciliation', name: 'Reconciliation', icon: '$(sync)', size: 5 },
  plan: { id: 'plumbline.plan', name: 'Plan', icon: '$(list-tree)', size: 3 },
} as const;

interface MenuRow {
  readonly command: CommandId;
  readonly when: string;
  readonly group: string;
}

const inView = (view: keyof typeof VIEWS, item: string): string => `view == ${VIEWS[view].id} && viewItem =~ /${item}/`;

const VIEW_TITLE: readonly MenuRow[] = [
  { command: 'plumbline.createCluster', when: `view == ${VIEWS.clusters.id}`, group: 'navigation' },
  { command: 'plumbline.showLog', when: `view == ${VIEWS.clusters.id}`, group: '1_engine' },
  { command: 'plumbline.restartEngine', when: `view == ${VIEWS.clusters.id}`, group: '1_engine' },
  { command: 'plumbline.reconcileAll', when: `view == ${VIEWS.reconciliation.id}`, group: 'navigation@1' },
  { command: 'plumbline.showPlan', when: `view == ${VIEWS.reconciliation.id}`, group: 'navigation@2' },
  { command: 'plumbline.groupBy', when: `view == ${VIEWS.reconciliation.id}`, group: 'navigation@3' },
  { command: 'plumbline.applyPlan', when: `view == ${VIEWS.plan.id}`, group: 'navigation@1' },
  { command: 'plumbline.showPlan', when: `view == ${VIEWS.plan.id}`, group: 'navigation@2' },
];

/** Kustomizations with drifted objects; what is suspended is not healed. */
const WITH_DRIFT = '^kustomization\\.[a-z]+\\.[a-z]+\\.drifted';
const HEALABLE = '^kustomization\\.active\\.[a-z]+\\.drifted';
/** Rows of what could be ready and is not. */
const NOT_READY = '^(kustomization|object|source)\\.(.*\\.)?(failed|waiting|progressing|suspended|unknown)$';

const VIEW_ITEM: readonly MenuRow[] = [
  {
    command: 'plumbline.startLoop',
    when: inView('clusters', '^cluster\\.(connected|stopped)\\.noloop'),
    group: 'inline@1',
  },
  {
    command: 'plumbline.startLoop',
    when: inView('clusters', '^cluster\\.(connected|stopped)\\.noloop'),
    group: '1_loop@1',
  },
  { command: 'plumbline.serve', when: inView('clusters', '^cluster\\.connected\\.loop'), group: '1_loop@2' },
  {
    command: 'plumbline.deleteCluster',
    when: inView('clusters', '^cluster\\.[a-z]+\\.[a-z]+\\.(embedded|kind)'),
    group: '9_delete@1',
  },
  {
    command: 'plumbline.reconcile',
    when: inView('reconciliation', '^(source|kustomization)\\.active'),
    group: 'inline@1',
  },
  {
    command: 'plumbline.resume',
    when: inView('reconciliation', '^(source|kustomization)\\.suspended'),
    group: 'inline@4',
  },
  { command: 'plumbline.suspend', when: inView('reconciliation', '^kustomization\\.active'), group: 'inline@4' },
  { command: 'plumbline.diffDrift', when: inView('reconciliation', WITH_DRIFT), group: 'inline@2' },
  { command: 'plumbline.diffDrift', when: inView('reconciliation', WITH_DRIFT), group: '2_open@2' },
  { command: 'plumbline.healKustomization', when: inView('reconciliation', HEALABLE), group: 'inline@3' },
  { command: 'plumbline.healKustomization', when: inView('reconciliation', HEALABLE), group: '3_drift@1' },
  {
    command: 'plumbline.reconcile',
    when: inView('reconciliation', '^(source|kustomization)\\.active'),
    group: '1_reconcile@1',
  },
  {
    command: 'plumbline.reconcileWithSource',
    when: inView('reconciliation', '^kustomization\\.active'),
    group: '1_reconcile@2',
  },
  {
    command: 'plumbline.suspend',
    when: inView('reconciliation', '^(source|kustomization)\\.active'),
    group: '1_reconcile@3',
  },
  {
    command: 'plumbline.resume',
    when: inView('reconciliation', '^(source|kustomization)\\.suspended'),
    group: '1_reconcile@3',
  },
  { command: 'plumbline.why', when: inView('reconciliation', NOT_READY), group: '0_why@1' },
  { command: 'plumbline.openPreview', when: inView('reconciliation', '^kustomization'), group: '2_open@1' },
  { command: 'plumbline.diff', when: inView('reconciliation', '^object'), group: 'inline@1' },
  { command: 'plumbline.heal', when: inView('reconciliation', '^object\\.drifted'), group: 'inline@2' },
  { command: 'plumbline.heal', when: inView('reconciliation', '^object\\.drifted'), group: '3_drift@1' },
  { command: 'plumbline.adoptDrift', when: inView('reconciliation', '^object\\.drifted'), group: '3_drift@2' },
  { command: 'plumbline.ignoreDrift', when: inView('reconciliation', '^object\\.drifted'), group: '3_drift@3' },
  {
    command: 'plumbline.detectDrift',
    when: inView('reconciliation', '^kustomization\\.[a-z]+\\.heals'),
    group: '3_drift@2',
  },
  {
    command: 'plumbline.healDrift',
    when: inView('reconciliation', '^kustomization\\.[a-z]+\\.detects'),
    group: '3_drift@2',
  },
  { command: 'plumbline.diff', when: inView('reconciliation', '^object'), group: '2_open@1' },
  { command: 'plumbline.simulateDrift', when: inView('reconciliation', '^object'), group: '3_drift@4' },
  { command: 'plumbline.diff', when: inView('plan', '^planEntry'), group: 'inline@1' },
];

const KUSTOMIZATION_FILE = 'resourceFilename =~ /^([Kk]ustomization|kustomization\\.ya?ml)$/';
const MANIFEST_FILE = `resourceLangId == yaml && resourceScheme == file && ${CONTEXT.ready}`;

const EDITOR_TITLE: readonly MenuRow[] = [
  { command: 'plumbline.openPreview', when: `${KUSTOMIZATION_FILE} || (${MANIFEST_FILE})`, group: 'navigation' },
  { command: 'plumbline.switchPreview', when: 'resourceScheme == plumbline-preview', group: 'navigation' },
  { command: 'plumbline.applyPlan', when: `resourceScheme == ${PLAN_SCHEME}`, group: 'navigation' },
];
const EXPLORER: readonly MenuRow[] = [
  { command: 'plumbline.openPreview', when: KUSTOMIZATION_FILE, group: '3_plumbline@1' },
];

interface WelcomeRow {
  readonly view: keyof typeof VIEWS;
  readonly when: string;
  readonly contents: string;
}

const link = (title: string, command: CommandId): string => `[${title}](command:${command})`;
const UNTRUSTED =
  'This folder is in Restricted Mode: its files are rendered and checked, and no cluster is reached.\n[Manage Workspace Trust](command:workbench.trust.manage)';

/** One for each empty or blocked state, each with the one next step. */
const WELCOME: readonly WelcomeRow[] = [
  {
    view: 'clusters',
    when: 'workspaceFolderCount == 0',
    contents: 'Open a folder with a GitOps repository to begin.\n[Open Folder](command:vscode.openFolder)',
  },
  { view: 'clusters', when: '!isWorkspaceTrusted && workspaceFolderCount != 0', contents: UNTRUSTED },
  {
    view: 'clusters',
    when: CONTEXT.failed,
    contents: `The engine ended and could not be started again.\n${link('Restart Engine', 'plumbline.restartEngine')}\n${link('Show Log', 'plumbline.showLog')}`,
  },
  {
    view: 'clusters',
    when: `isWorkspaceTrusted && ${CONTEXT.ready} && !${CONTEXT.clusters}`,
    contents: `No cluster yet. The embedded one needs no Docker and starts in a second.\n${link('Create Cluster', 'plumbline.createCluster')}`,
  },
  {
    view: 'reconciliation',
    // With a loop too: nothing is on its way then.
    when: [`!${CONTEXT.connected}`, CONTEXT.loop]
      .map((state) => `${CONTEXT.ready} && !${CONTEXT.fluxObjects} && ${state}`)
      .join(' || '),
    contents: `No Flux objects in this folder: a GitRepository and a Kustomization tell the loop what to apply. Rendered previews work without them.\n${link('Open Rendered Preview', 'plumbline.openPreview')}`,
  },
  {
    view: 'reconciliation',
    when: `isWorkspaceTrusted && ${CONTEXT.ready} && ${CONTEXT.fluxObjects} && !${CONTEXT.connected}`,
    // The next step stands in the view above: making a cluster, starting it, or waiting for it.
    contents: 'Sources and kustomizations appear here once a cluster is connected.',
  },
  {
    view: 'reconciliation',
    when: `${CONTEXT.connected} && !${CONTEXT.loop}`,
    contents: `No Flux objects in the cluster, and no loop of this folder runs on it.\n${link('Run the Loop', 'plumbline.startLoop')}`,
  },
  {
    view: 'reconciliation',
    when: `${CONTEXT.connected} && ${CONTEXT.loop} && ${CONTEXT.fluxObjects}`,
    contents: 'The loop runs; the first objects are on their way.',
  },
  {
    view: 'plan',
    when: `${CONTEXT.ready} && !${CONTEXT.connected}`,
    contents: 'A plan compares the files, unsaved edits included, with a cluster. None is connected.',
  },
  {
    view: 'plan',
    when: `${CONTEXT.connected} && !${CONTEXT.planned}`,
    contents: 'A plan appears here once the cluster has a Kustomization to compare the files with.',
  },
  {
    view: 'plan',
    when: `${CONTEXT.connected} && ${CONTEXT.planned}`,
    contents: 'No changes: the cluster has what the files say.',
  },
];

/** Strings of package.nls.json: every word of the manifest that a person reads. */
export function manifestStrings(): Record<string, string> {
  const strings: Record<string, string> = {
    displayName: 'Plumbline',
    description:
      'A GitOps control loop in the editor: render, explain, plan and reconcile Flux repositories against a local cluster.',
    category: 'Plumbline',
    'untrusted.description':
      'Without trust, files are rendered and checked. No cluster is reached, nothing is fetched or applied and no program is run.',
    'virtual.description': 'Plumbline reads the files of a repository from the disk.',
  };
  for (const [id, row] of Object.entries(COMMANDS)) strings[`${id}.title`] = row.title;
  for (const [id, row] of Object.entries(SETTINGS)) strings[id] = row.title;
  for (const view of Object.values(VIEWS)) strings[`${view.id}.name`] = view.name;
  WELCOME.forEach((row, at) => (strings[`welcome.${row.view}.${at}`] = row.contents));
  return strings;
}

function settings(): [string, SettingRow][] {
  return Object.entries(SETTINGS);
}

function typeOf({ default: value, guarded }: SettingRow): Record<string, unknown> {
  const scope = guarded ? { scope: 'machine' } : {};
  if (typeof value !== 'object') return { type: typeof value, ...scope };
  if (!Array.isArray(value)) return { type: 'object', additionalProperties: { type: 'boolean' }, ...scope };
  return { type: 'array', items: { type: 'string' }, uniqueItems: true, ...scope };
}

/** The `contributes` of package.json. */
export function contributes(): Record<string, unknown> {
  const rows: [string, CommandRow][] = Object.entries(COMMANDS);
  return {
    commands: rows.map(([command, row]) => ({
      command,
      title: `%${command}.title%`,
      category: '%category%',
      ...(row.icon === undefined ? {} : { icon: row.icon }),
      ...(row.enablement === undefined ? {} : { enablement: row.enablement }),
    })),
    configuration: {
      title: '%displayName%',
      properties: Object.fromEntries(
        settings().map(([id, row], order) => [
          id,
          { ...typeOf(row), default: row.default, markdownDescription: `%${id}%`, order },
        ]),
      ),
    },
    viewsContainers: { activitybar: [{ id: VIEW_CONTAINER, title: '%displayName%', icon: 'media/plumbline.svg' }] },
    views: {
      [VIEW_CONTAINER]: Object.values(VIEWS).map(({ id, name: _, icon, size }) => ({
        id,
        name: `%${id}.name%`,
        icon,
        contextualTitle: '%displayName%',
        initialSize: size,
      })),
    },
    viewsWelcome: WELCOME.map((row, at) => ({
      view: VIEWS[row.view].id,
      contents: `%welcome.${row.view}.${at}%`,
      when: row.when,
    })),
    // A plan beside the files has half the width: nothing takes room from its lines, and long ones are wrapped, not cut.
    languages: [{ id: PLAN_LANGUAGE, aliases: ['Plumbline Plan'] }],
    configurationDefaults: {
      // Of 43 characters, which is the editor's own limit, nothing is left for what can be done about a drifted value.
      '[yaml]': { 'editor.inlayHints.maximumLength': HINT_LENGTH },
      [`[${PLAN_LANGUAGE}]`]: {
        'editor.wordWrap': 'on',
        'editor.wrappingIndent': 'indent',
        'editor.lineNumbers': 'off',
        'editor.folding': false,
        'editor.glyphMargin': false,
        'editor.guides.indentation': false,
        'editor.occurrencesHighlight': 'off',
      },
    },
    grammars: [
      { scopeName: 'plumbline.variables', path: './syntaxes/variables.tmLanguage.json', injectTo: ['source.yaml'] },
      { language: PLAN_LANGUAGE, scopeName: 'plumbline.plan', path: './syntaxes/plan.tmLanguage.json' },
    ],
    menus: {
      'view/title': VIEW_TITLE,
      'view/item/context': VIEW_ITEM,
      'editor/title': EDITOR_TITLE,
      'explorer/context': EXPLORER,
      commandPalette: rows.filter(([, row]) => row.palette === false).map(([command]) => ({ command, when: 'false' })),
    },
  };
}

/** The rest of the manifest that belongs to the extension. */
export function manifestParts(): Record<string, unknown> {
  return {
    activationEvents: [
      'workspaceContains:**/kustomization.yaml',
      'workspaceContains:**/kustomization.yml',
      'onFileSystem:plumbline-preview',
    ],
    capabilities: {
      untrustedWorkspaces: {
        supported: 'limited',
        description: '%untrusted.description%',
        restrictedConfigurations: settings().flatMap(([id, { guarded }]) => (guarded ? [id] : [])),
      },
      virtualWorkspaces: { supported: false, description: '%virtual.description%' },
    },
    extensionKind: ['workspace'],
  };
}
