// Lets the platform keep the program's compiled code between runs, in the person's own folder. Reads no user's file.
import module from 'node:module';
import { join } from 'node:path';
import { homeFolder } from '../clusters/homeFolder.ts';

/**
 * To be called before the program is loaded. Node has this from 22.8 on, and refuses by a status, not by throwing: an older
 * one, or a folder that cannot be written, only starts slower. Not in the shared temporary folder, which is Node's own
 * choice: what is found there would be run.
 */
export function keepCompiledCode(env: NodeJS.ProcessEnv): void {
  const { enableCompileCache } = module as Partial<Pick<typeof module, 'enableCompileCache'>>;
  enableCompileCache?.(join(homeFolder(env), 'compiled'));
}
