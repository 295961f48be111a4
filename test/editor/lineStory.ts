// Drift and edits at the line that says them: put back, taken into the file, left to others; and what an edit would do before
// it is saved. By mouse, by keyboard and from the palette, on the sample, with its own session.
import { PATIENCE_MS } from './workbench.ts';
import type { Workbench } from './workbench.ts';
import { replicas, simulateDrift, until } from './story.ts';
import type { Stage, Step } from './story.ts';

const OVERLAY = 'apps/web/overlays/staging/kustomization.yaml';
const BASE_KUSTOMIZATION = 'apps/web/base/kustomization.yaml';
const BASE = 'apps/web/base/deployment.yaml';
const CLUSTER = 'clusters/dev/staging.yaml';
const FIELD = 'spec.replicas of Deployment shop-staging/web in dev';

/** What was opened may have closed: each drift makes the tree anew, and a slow editor forgets a click that comes meanwhile. */
async function seeReady(workbench: Workbench): Promise<void> {
  await workbench.expand(/web-staging/);
  await workbench.row(/Deployment web.*ready/);
}

export const LINE_STORY: readonly Step[] = [
  {
    name: 'a drifted value says what the cluster has, by whom, and the three things to do',
    run: async (stage) => {
      const { workbench } = stage;
      await workbench.openContainer('Plumbline');
      await workbench.row(/dev.*6 kustomizations, all ready/);
      await workbench.expand(/web-staging/);
      await simulateDrift(stage, 'Deployment shop-staging/web');
      await workbench.openFile(OVERLAY);
      await workbench.seeInEditor(
        /count: 2\s*live 4 · revert · adopt · ignore · set by plumbline-simulated-drift \d\d:\d\d/,
      );
      await workbench.shot('111-line');
    },
  },
  {
    name: 'the Quick Fix menu names the object and the cluster; Revert puts it back',
    run: async (stage) => {
      const { workbench, live } = stage;
      await atCount(stage);
      // The light bulb stands there once the editor has asked, and the keys are its own again.
      await workbench.page
        .locator('.codicon-light-bulb, .codicon-gutter-lightbulb')
        .first()
        .waitFor({ timeout: PATIENCE_MS });
      await workbench.page.keyboard.press('Control+.');
      await menuItem(workbench, `Revert ${FIELD} to 2`).waitFor({ timeout: PATIENCE_MS });
      await menuItem(workbench, `Adopt the live value 4 of ${FIELD} into ${OVERLAY}:8`).waitFor({
        timeout: PATIENCE_MS,
      });
      await menuItem(workbench, `Ignore drift of ${FIELD}`).waitFor({ timeout: PATIENCE_MS });
      await workbench.shot('112-quick-fix');
      await workbench.page.keyboard.press('Enter');
      await until(async () => (await replicas(live)) === 2);
      await until(async () => !(await shown(workbench)).includes('live 4'));
      await seeReady(workbench);
      await workbench.shot('113-reverted');
    },
  },
  {
    name: 'what the build has made is not adopted, and the hint says why; the palette puts it back',
    run: async (stage) => {
      const { workbench } = stage;
      await simulateDrift(stage, 'ConfigMap shop-staging/web-settings');
      await workbench.openFile(OVERLAY);
      await workbench.seeInEditor(
        /BANNER=This is only a test\s*live "This is only a test"… · revert · ignore · set by/,
      );
      const hint = workbench.page.locator('.view-line span').filter({ hasText: 'live "This is only' }).last();
      await hint.hover();
      await workbench.page
        .locator('.monaco-hover')
        .filter({ hasText: 'Cannot adopt: it is generated (configMapGenerator, key BANNER).' })
        .first()
        .waitFor({ timeout: PATIENCE_MS });
      await workbench.shot('114-not-adopted', { hovering: true });
      await workbench.page.keyboard.press('Escape');
      await workbench.run('Plumbline: Adopt Live Value...');
      await workbench.page
        .locator('.notification-toast')
        .filter({ hasText: 'Adopt Live Value: it is generated' })
        .first()
        .waitFor({ timeout: PATIENCE_MS });
      await workbench.shot('115-adopt-refused');
      await workbench.run('Notifications: Clear All Notifications');
      await workbench.run('Plumbline: Revert Drifted Field...');
      await workbench.choose('data.BANNER of ConfigMap');
      await workbench.row(/dev.*6 kustomizations, all ready/);
    },
  },
  {
    name: 'Adopt in the hint writes the live value, unsaved, and can be undone',
    run: async (stage) => {
      const { workbench, repository } = stage;
      await simulateDrift(stage, 'Deployment shop-staging/web');
      await workbench.openFile(OVERLAY);
      await workbench.seeInEditor(/count: 2\s*live 4 · revert · adopt · ignore/);
      await chooseInHint(workbench, 'adopt', '116-adopt-hover');
      await workbench.seeInEditor(/count: 4\n/);
      if (repository.read(OVERLAY).includes('count: 4')) throw new Error('the file was saved');
      await workbench.shot('117-adopted');
      await workbench.page.keyboard.press('Control+Z');
      await workbench.seeInEditor(/count: 2\s*live 4/);
      await workbench.page.keyboard.press('Control+Shift+Z');
      await workbench.seeInEditor(/count: 4\n/);
    },
  },
  {
    name: 'committed, the drift is gone and the cluster keeps the value',
    run: async (stage) => {
      const { workbench, repository, live } = stage;
      await save(stage, OVERLAY, 'count: 4');
      await repository.commit('Staging: four replicas', OVERLAY);
      await seeReady(workbench);
      await workbench.row(/dev.*6 kustomizations, all ready/);
      if ((await replicas(live)) !== 4) throw new Error('the value that was adopted is not the one of the cluster');
      await workbench.shot('118-adopted-ready');
    },
  },
  {
    name: 'Ignore Drift... from the palette adds a rule to the Kustomization, in its own file',
    run: async (stage) => {
      const { workbench, repository } = stage;
      await simulateDrift(stage, 'Deployment shop-staging/web');
      await workbench.expand(/web-staging/);
      await workbench.row(/Deployment web.*drifted: spec\.replicas 6, Git says 4/);
      await workbench.run('Plumbline: Ignore Drift...');
      await workbench.page
        .locator('.quick-input-widget')
        .getByText('add it to spec.ignore of Kustomization web-staging')
        .waitFor({ timeout: PATIENCE_MS });
      await workbench.shot('119-ignore-which');
      await workbench.choose('spec.replicas of Deployment');
      await workbench.seeInEditor(/ {2}ignore:\n {4}- paths:\n {8}- \/spec\/replicas/);
      await workbench.shot('120-ignore-rule');
      if (repository.read(CLUSTER).includes('ignore:')) throw new Error('the file was saved');
    },
  },
  {
    name: 'committed, the cluster keeps what it has and nothing is drifted',
    run: async (stage) => {
      const { workbench, repository, live } = stage;
      await save(stage, CLUSTER, '/spec/replicas');
      await repository.commit('Staging: somebody else scales the shop', CLUSTER);
      await seeReady(workbench);
      await workbench.row(/dev.*6 kustomizations, all ready/);
      if ((await replicas(live)) !== 6) throw new Error('drift that is ignored was healed');
      await workbench.openFile(OVERLAY);
      await until(async () => !(await shown(workbench)).includes('live 6'));
      await workbench.shot('121-ignored');
    },
  },
  {
    name: 'above an edited file stands what the edit would do, before it is saved; choosing it shows the plan',
    run: async (stage) => {
      const { workbench, repository } = stage;
      const { page } = workbench;
      await workbench.closeEditors();
      await workbench.openFile(BASE);
      const lens = page.locator('.codelens-decoration a').filter({ hasText: 'this edit:' });
      await page
        .locator('.codelens-decoration a')
        .filter({ hasText: 'reaches 2 objects' })
        .first()
        .waitFor({ timeout: PATIENCE_MS });
      if ((await lens.count()) > 0) throw new Error('a file without an edit has one');
      const { line, column } = repository.after(BASE, 'image: ');
      await workbench.goTo(line, column);
      await page.keyboard.press('Shift+End');
      await page.keyboard.type('nginx:1.28-alpine');
      await lens.filter({ hasText: 'this edit: 1 configure' }).first().waitFor({ timeout: PATIENCE_MS });
      await workbench.shot('122-this-edit');
      await lens.first().click();
      await workbench.seeInEditor(/Plan: 1 configure/);
      await workbench.shot('123-this-edit-plan');
    },
  },
  {
    name: 'what is deleted is said before what is changed; the setting switches it off',
    run: async (stage) => {
      const { workbench, repository } = stage;
      const { page } = workbench;
      const lens = page.locator('.codelens-decoration a').filter({ hasText: 'this edit:' });
      await workbench.run('File: Revert File');
      await workbench.closeEditors();
      await workbench.openFile(BASE_KUSTOMIZATION);
      const { line, column } = repository.after(BASE_KUSTOMIZATION, '  - ingress.yaml');
      await workbench.goTo(line, column);
      await page.keyboard.press('Control+Shift+K');
      await lens.filter({ hasText: 'this edit: 2 prune' }).first().waitFor({ timeout: PATIENCE_MS });
      await workbench.shot('124-this-edit-prunes');
      workbench.settings({ 'plumbline.editLens.enabled': false });
      await until(async () => (await lens.count()) === 0);
      workbench.settings({});
      await lens.first().waitFor({ timeout: PATIENCE_MS });
      await workbench.run('File: Revert File');
      await until(async () => (await lens.count()) === 0);
    },
  },
];

async function atCount({ workbench, repository }: Stage): Promise<void> {
  const { line, column } = repository.after(OVERLAY, 'count: ');
  await workbench.goTo(line, column);
}

function menuItem({ page }: Workbench, text: string): ReturnType<Workbench['page']['locator']> {
  return page.locator('.action-widget .monaco-list-row').filter({ hasText: text }).first();
}

/** A part of a hint, as a person chooses it: with the key that makes it a link. */
async function chooseInHint(workbench: Workbench, words: string, picture: string): Promise<void> {
  const { page } = workbench;
  const part = page
    .locator('.view-line span')
    .filter({ hasText: new RegExp(`^${words}$`) })
    .last();
  await part.hover();
  await page.locator('.monaco-hover').filter({ hasText: FIELD }).first().waitFor({ timeout: PATIENCE_MS });
  await workbench.shot(picture, { hovering: true });
  await page.keyboard.press('Escape');
  await page.keyboard.down('Control');
  await part.hover();
  await part.click();
  await page.keyboard.up('Control');
}

async function save({ workbench, repository }: Stage, path: string, text: string): Promise<void> {
  await workbench.page.keyboard.press('Control+S');
  await until(() => repository.read(path).includes(text));
}

/** All that the editors show, in one line. */
async function shown({ page }: Workbench): Promise<string> {
  const texts = await page.locator('.editor-instance .view-lines').allInnerTexts();
  return texts.join(' ').replaceAll('\u00a0', ' ');
}
