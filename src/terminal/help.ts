// Help in the manner of kubectl: what it does, examples, flags, usage.
import type { Command, Flag } from './command.ts';

const TAGLINE =
  'plumbline renders, explains, plans and reconciles GitOps repositories, with the answers of kustomize and Flux.';

export function commandHelp(command: Command): string {
  const examples = command.examples.map(([comment, line]) => `  # ${comment}\n  ${line}`).join('\n\n');
  const flags = [...command.flags].sort((a, b) => a.name.localeCompare(b.name));
  const usage = ['plumbline', command.name, flags.length > 0 ? '[flags]' : '', command.operands]
    .filter((word) => word !== '')
    .join(' ');
  return [
    command.description,
    `Examples:\n${examples}`,
    ...(flags.length > 0 ? [`Options:\n${flags.map(flagHelp).join('\n')}`] : []),
    `Usage:\n  ${usage}\n`,
  ].join('\n\n');
}

function flagHelp(flag: Flag): string {
  const short = flag.short ? `-${flag.short}, ` : '    ';
  const value = flag.type === 'boolean' ? '' : `=${flag.choices?.join('|') ?? flag.value ?? 'VALUE'}`;
  return `    ${short}--${flag.name}${value}:\n\t${flag.description}`;
}

/** The list of commands, or of one group (`cluster`). */
export function groupHelp(commands: readonly Command[], group: string | undefined): string {
  const shown = commands.filter(
    (command) => !command.hidden && (group === undefined || command.name.startsWith(`${group} `)),
  );
  const width = Math.max(...shown.map((command) => command.name.length));
  const lines = shown.map((command) => `  ${command.name.padEnd(width)}   ${command.summary}`);
  const name = group === undefined ? '' : ` ${group}`;
  return `${TAGLINE}\n\nAvailable Commands:\n${lines.join('\n')}\n\nUsage:\n  plumbline${name} [command]\n\nUse "plumbline${name} <command> --help" for more information about a given command.\n`;
}
