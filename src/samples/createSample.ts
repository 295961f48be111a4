// Makes a sample repository with its history. Not built yet.
export type SampleName = 'shop' | 'vote';
export async function createSample(name: SampleName, folder: string, signal: AbortSignal): Promise<void> {
  throw new Error(`not built yet: ${name} ${folder} ${signal.aborted}`);
}
