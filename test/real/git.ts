// The real git in a folder, as somebody who works there: no signatures, and no name that a machine may lack.
import { execFileSync, spawn } from 'node:child_process';

const WHO = ['-c', 'user.name=dev', '-c', 'user.email=dev@example.com', '-c', 'tag.gpgSign=false'];

/** What it prints. Throws where it fails. */
export function gitNow(folder: string, ...args: readonly string[]): string {
  return execFileSync('git', [...WHO, '-C', folder, ...args], { encoding: 'utf8', stdio: 'pipe' }).trim();
}

/** The same, while others go on. */
export function git(folder: string, ...args: readonly string[]): Promise<string> {
  return new Promise((resolve, reject) => {
    const child = spawn('git', [...WHO, '-C', folder, ...args], { stdio: ['ignore', 'pipe', 'ignore'] });
    let text = '';
    child.stdout.setEncoding('utf8').on('data', (part: string) => (text += part));
    child.on('error', reject);
    child.on('close', (code) =>
      code === 0 ? resolve(text.trim()) : reject(new Error(`git ${args.join(' ')}: ${code}`)),
    );
  });
}
