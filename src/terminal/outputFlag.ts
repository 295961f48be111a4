// What a command prints for: a person or a program.
import type { Flag } from './command.ts';

export const textOrJson: Flag = {
  name: 'output',
  short: 'o',
  type: 'string',
  choices: ['text', 'json'],
  description: 'Output format.',
};
