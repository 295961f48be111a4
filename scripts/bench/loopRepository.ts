// The repositories of the loop's benchmarks: a bare one that the Git server serves, and commits that change some of its objects.
// Knows no cluster.
import { spawnSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

export interface Repository {
  /** The folder of its work tree. */
  readonly work: string;
  /** Writes so many objects of which the first `changed` carry a mark. */
  write(size: number, changed: number, mark: number): void;
  /** Writes and commits; gives the revision as Flux writes it. */
  commit(size: number, changed: number, mark: number): string;
}

/** A bare repository that the Git server serves, and commits into it. `first` numbers its first object, which decides the kind. */
export function makeRepository(root: string, name: string, first = 0): Repository {
  const bare = join(root, `${name}.git`);
  const work = join(root, 'work', name);
  const run = (...args: string[]): string =>
    spawnSync('git', ['-C', work, '-c', 'user.name=bench', '-c', 'user.email=bench@example.com', ...args], {
      encoding: 'utf8',
    }).stdout.trim();
  mkdirSync(join(work, 'app'), { recursive: true });
  spawnSync('git', ['init', '-q', '--bare', '-b', 'main', bare]);
  run('init', '-q', '-b', 'main');
  const write: Repository['write'] = (size, changed, mark) => {
    for (let i = 0; i < size; i++)
      writeFileSync(join(work, 'app', `o${i}.yaml`), objectText(name, first + i, i < changed ? mark : 0));
  };
  return {
    work,
    write,
    commit(size, changed, mark) {
      write(size, changed, mark);
      run('add', '.');
      run('commit', '-q', '-m', `mark ${mark}`);
      run('push', '-q', bare, 'main');
      return `main@sha1:${run('rev-parse', 'HEAD')}`;
    },
  };
}

/** Half ConfigMaps, a quarter Deployments, a quarter Services. */
function objectText(app: string, index: number, mark: number): string {
  const metadata = `metadata:\n  name: ${app}-${index}\n  namespace: default\n  annotations:\n    mark: "${mark}"\n`;
  if (index % 4 === 0)
    return `apiVersion: apps/v1\nkind: Deployment\n${metadata}spec:\n  replicas: 2\n  selector:\n    matchLabels: {app: a${index}}\n  template:\n    metadata:\n      labels: {app: a${index}}\n    spec:\n      containers:\n      - name: web\n        image: registry.example.com/web:1.${mark}\n        ports:\n        - containerPort: 8080\n        env:\n        - name: A\n          value: b\n`;
  if (index % 4 === 1)
    return `apiVersion: v1\nkind: Service\n${metadata}spec:\n  clusterIP: None\n  selector: {app: a${index}}\n  ports:\n  - port: 80\n    targetPort: 8080\n`;
  return `apiVersion: v1\nkind: ConfigMap\n${metadata}data:\n  key: "${'x'.repeat(200)}"\n`;
}
