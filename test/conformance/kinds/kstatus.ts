// Runs the recorded results of kstatus (golden/kstatus.jsonl).
import { computeStatus } from '../../../src/health/status.ts';
import { equalJson, getObject } from '../../../src/model/json.ts';
import { stringifyJson } from '../../../src/model/jsonText.ts';
import type { GoldenRunner } from '../golden.ts';

export const runners: Record<string, GoldenRunner> = {
  compute: (record) => {
    const health = computeStatus(getObject(record, 'object') ?? {});
    if (record['error'] !== undefined)
      return health.status === 'Unknown' ? undefined : `expected an error, got ${health.status}`;
    const got = {
      status: health.status,
      message: health.message,
      conditions: health.conditions.map((one) => ({ ...one })),
    };
    const want = {
      status: record['status'] ?? null,
      message: record['message'] ?? null,
      conditions: record['conditions'] ?? null,
    };
    return equalJson(got, want) ? undefined : `got ${stringifyJson(got)}, want ${stringifyJson(want)}`;
  },
};
