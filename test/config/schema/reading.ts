/** What the tests of a configuration have in common. */
import { strict as assert } from 'node:assert';
import { readFileSync } from 'node:fs';
import type { Config } from '../../../src/config/schema/config.ts';
import { formatErrors, parseConfig } from '../../../src/config/schema/parse-config.ts';

export const fixture = (name: string): string =>
  readFileSync(new URL(`../../fixtures/config/${name}`, import.meta.url), 'utf8');

export function accept(text: string): Config {
  const parsed = parseConfig(text, 'cfg');
  if ('errors' in parsed) assert.fail(formatErrors(parsed.errors).join('\n'));
  return parsed.config;
}

export function refuse(text: string): readonly string[] {
  const parsed = parseConfig(text, 'cfg');
  return 'errors' in parsed ? formatErrors(parsed.errors) : [];
}

/** A group that lacks nothing, and what stands in addition to it. */
export const group = (more: string): string =>
  `vpdn enable\nvpdn-group 1\nrequest-dialin\nprotocol l2tp\ndnis 1\n` +
  `initiate-to ip 10.0.0.1\nl2tp tunnel password x\n${more}`;

export const onlyGroup = (more: string): Config['groups'][number] => {
  const [first] = accept(group(more)).groups;
  assert.ok(first);
  return first;
};

/** An LNS that lacks nothing: its group is open for all LACs, and has no secret. */
export const LNS =
  'vpdn enable\nvpdn-group 1\naccept-dialin\nprotocol l2tp\nvirtual-template 1\n' +
  'no l2tp tunnel authentication\n' +
  'interface Virtual-Template1\nip address 10.0.0.1 255.255.255.255\n';

export const onlyAccept = (more: string): Config['groups'][number] => {
  const [first] = accept(`${LNS}vpdn-group 1\n${more}`).groups;
  assert.ok(first);
  return first;
};

/** @param more below the template of the LNS */
export const onlyTemplate = (more: string): Config['virtualTemplates'][number] => {
  const [first] = accept(`${LNS}${more}`).virtualTemplates;
  assert.ok(first);
  return first;
};

export const LINE = 'interface Async1\nencapsulation ppp\nline 1\ndevice /dev/x\n';

export const onlyLine = (more: string): Config['lines'][number] => {
  const [first] = accept(`${LINE}${more}`).lines;
  assert.ok(first);
  return first;
};
