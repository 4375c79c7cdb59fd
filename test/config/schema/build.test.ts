import { strict as assert } from 'node:assert';
import { formatErrors, parseConfig } from '../../../src/config/schema/parse-config.ts';
import { accept, fixture, group, LINE, refuse } from './reading.ts';

describe('config/schema/build', () => {
  describe('notes what will not work though it is no error', () => {
    for (const [what, text, note] of [
      ['a line without a device', 'line 3', 'cfg:1: line 3 has no `device`: it is not opened'],
      [
        'a line whose interface does not run PPP',
        'line 3\ndevice /dev/x',
        'cfg:1: line 3 takes no calls: no `encapsulation ppp` on interface Async3',
      ],
      ['an interface without its line', 'int As7', 'cfg:1: interface Async7 has no `line 7`'],
      [
        'groups while VPDN is off',
        group('no vpdn enable'),
        'cfg:2: without `vpdn enable` no call is forwarded',
      ],
    ] as const) {
      it(what, () => assert.deepEqual(accept(text).notes, [note]));
    }
  });

  describe('refuses with the place, what is wrong and what was expected', () => {
    for (const block of fixture('refused.txt').split(/^== /m).slice(1)) {
      const [, what = '', text = '', error = ''] = /^(.*)\n([\s\S]*)\n-- (.*)\n$/.exec(block) ?? [];
      it(what, () => assert.deepEqual(refuse(text), [`cfg:${error}`]));
    }

    it('a value that is too long', () => {
      assert.deepEqual(refuse(`hostname ${'x'.repeat(256)}`), [
        'cfg:1:10: the value is longer than 255 characters, expected a word',
      ]);
    });

    it('anything but eight data bits, no parity and one stop bit [HDLC-2-01]', () => {
      assert.deepEqual(refuse(`${LINE}databits 7\nparity even\nstopbits 2`), [
        'cfg:5:10: `7` is out of range, expected a number from 8 to 8',
        'cfg:6:8: `even` is not known here, expected `none`',
        'cfg:7:10: `2` is out of range, expected a number from 1 to 1',
      ]);
    });

    it('too many groups', () => {
      const text = Array.from({ length: 257 }, (_, n) => `vpdn-group ${n}\n`).join('');
      assert.deepEqual(refuse(text), [
        'cfg:257:1: there are too many groups, expected at most 256',
      ]);
    });

    it('all that is wrong, in the order of the text, a hundred at most', () => {
      const errors = refuse('vpdn-group 1\nrequest-dialin\nfoo\nbar\n');
      assert.deepEqual(
        errors.map((error) => error.split(':')[1]),
        ['1', '1', '2', '2', '3', '4'],
      );
      assert.equal(refuse('foo\n'.repeat(300)).length, 100);
    });

    it('a file of more than a mebibyte', () => {
      assert.match(refuse(`!${' '.repeat(1 << 20)}`).join(), /^cfg:1:1: the file is too long/);
    });
  });

  it('never prints a secret, whatever is wrong about its line', () => {
    for (const line of [
      'l2tp tunnel password 0 SECRET SECRET',
      'l2tp tunnel password SECRET SECRET',
      'l2tp tunnel password 5 SECRET',
      'l2tp tunnel password 7 SECRET',
      'l2tp tunnel pasword 0 SECRET',
      'no l2tp tunnel password 7 SECRET',
      'exit\nl2tp tunnel password 0 SECRET',
      'exit\nenable password SECRET',
      'exit\nusername u password 0 SECRET',
    ]) {
      const parsed = parseConfig(`vpdn-group 1\n${line}`, 'cfg');
      const said = 'errors' in parsed ? formatErrors(parsed.errors) : parsed.config.notes;
      assert.notEqual(said.length, 0, line);
      assert.doesNotMatch(said.join('\n'), /SECRET/);
    }
  });
});
