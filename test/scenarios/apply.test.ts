// The cases of applyCases.ts on the embedded API server, and on a real one where it is here.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, test } from 'vitest';
import { startApiServer } from '../../src/apiserver/server.ts';
import type { ApiServer } from '../../src/apiserver/server.ts';
import { connect } from '../../src/kube/connect.ts';
import { systemClock } from '../../src/model/clock.ts';
import { silentLog } from '../../src/model/log.ts';
import { findOracle } from '../real/oracle.ts';
import { startControlPlane } from '../real/controlPlane.ts';
import type { ControlPlane } from '../real/controlPlane.ts';
import { applyCases } from './applyCases.ts';

describe('on the embedded API server', () => {
  const dataDir = mkdtempSync(join(tmpdir(), 'embedded-'));
  let server: ApiServer | undefined;
  beforeAll(async () => {
    server = await startApiServer({ dataDir, log: silentLog, clock: systemClock });
  });
  afterAll(async () => {
    await server?.dispose();
    rmSync(dataDir, { recursive: true, force: true });
  });
  applyCases(() => connect({ kubeconfig: server?.kubeconfigPath, log: silentLog }));
});

const missing = ['etcd', 'kube-apiserver'].filter((name) => findOracle(name) === undefined);
if (missing.length > 0) {
  test(`on a real kube-apiserver (skipped: ${missing.join(', ')} not found)`, () => undefined);
} else {
  describe('on a real kube-apiserver', () => {
    let plane: ControlPlane | undefined;
    beforeAll(async () => {
      plane = await startControlPlane(AbortSignal.timeout(80_000));
    }, 90_000);
    afterAll(() => plane?.dispose());
    applyCases(() => connect({ kubeconfig: plane?.kubeconfig, log: silentLog }));
  });
}
