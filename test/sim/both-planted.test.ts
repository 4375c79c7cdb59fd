/** Bugs of the LNS: the simulation of both ends must find every one within the seeds of CI. */
import { LnsSession } from '../../src/control/l2tp/lns-session.ts';
import { AccessLink } from '../../src/control/ppp/access-link.ts';
import type { AccessLinkOut } from '../../src/control/ppp/access-port.ts';
import type { Verdict } from '../../src/control/ppp/auth-port.ts';
import { Accesses } from '../../src/forward/path/accesses.ts';
import { AddressTable } from '../../src/forward/path/address-table.ts';
import { AddressBook } from '../../src/role/lns/address-book.ts';
import { Lns } from '../../src/role/lns/lns.ts';
import { VirtualAccess } from '../../src/role/lns/virtual-access.ts';
import { runSeed } from './both/chaos.ts';
import { type Bug, findAll, replace } from './plant.ts';

const SEEDS = 2_000;
/** 10.77.1.1, the first of the pool. */
const FIRST_ADDRESS = 0x0a4d0101;
const NOTHING = new Uint8Array(0);

/** Changes what the PPP machine says. */
const saying = (change: (outputs: AccessLinkOut[]) => AccessLinkOut[]) => () =>
  replace(
    AccessLink.prototype,
    'handle',
    (original): AccessLink['handle'] =>
      function (this: AccessLink, input, now, out) {
        const own: AccessLinkOut[] = [];
        original.call(this, input, now, own);
        out.push(...change(own));
      },
  );

const BUGS: readonly Bug[] = [
  {
    what: 'an address that is not given back',
    plant: () => replace(AddressBook.prototype, 'release', () => () => undefined),
    found: /more addresses than sessions|addresses: \d+, not 0/,
  },
  {
    what: 'one address for everybody',
    plant: () =>
      replace(
        AddressBook.prototype,
        'allocate',
        (): AddressBook<object>['allocate'] => () => FIRST_ADDRESS,
      ),
    found: /./,
  },
  {
    what: 'an address that another has, acknowledged',
    plant: () => {
      const restore = [
        replace(AddressBook.prototype, 'claim', () => () => true),
        replace(
          AddressBook.prototype,
          'allocate',
          (): AddressBook<object>['allocate'] => () => FIRST_ADDRESS,
        ),
      ];
      return () => {
        for (const undo of restore) undo();
      };
    },
    found: /is given to Virtual-Access\d+, and Virtual-Access\d+ has it|the address was claimed/,
  },
  {
    what: 'a route that stays',
    plant: saying((outputs) => outputs.filter(({ kind }) => kind !== 'ip-down')),
    found: /outlives|given to/,
  },
  {
    what: 'a wrong password that is right',
    plant: () =>
      replace(
        AccessLink.prototype,
        'handle',
        (original): AccessLink['handle'] =>
          function (this: AccessLink, input, now, out) {
            const { message } = input.kind === 'verdict' ? input.verdict : { message: NOTHING };
            const verdict: Verdict = { accepted: true, message, grant: { address: 'pool' } };
            original.call(this, input.kind === 'verdict' ? { ...input, verdict } : input, now, out);
          },
      ),
    found: /has a wrong password and gets in/,
  },
  {
    what: "packets for one caller in another's session",
    plant: () =>
      replace(
        AddressTable.prototype,
        'find',
        (original): AddressTable['find'] =>
          function (this: AddressTable, address) {
            return Math.min(original.call(this, address), 0);
          },
      ),
    found: /caller: a frame of|no working call/,
  },
  {
    what: 'a session whose tunnel died and that lives on',
    plant: () => replace(LnsSession.prototype, 'drop', (): LnsSession['drop'] => () => undefined),
    found: /./,
  },
  {
    what: 'an interface that is never closed',
    plant: () => replace(Accesses.prototype, 'close', () => () => undefined),
    found: /./,
  },
  {
    what: 'a CDN that ends no call',
    plant: () =>
      replace(VirtualAccess.prototype, 'down', (): VirtualAccess['down'] => () => undefined),
    found: /outlives|interfaces|more addresses/,
  },
  {
    what: 'an interface whose number is used twice',
    plant: () =>
      replace(
        Lns.prototype,
        'heed',
        (original): Lns['heed'] =>
          function (this: Lns, record, output, now) {
            original.call(this, record, output, now);
            for (const access of this.accesses) Reflect.set(access, 'number', 1);
          },
      ),
    found: /./,
  },
  {
    what: 'a Failure in the place of a Success',
    plant: saying((outputs) =>
      outputs.map((output) => {
        if (output.kind !== 'send' || output.information[0] !== 3) return output;
        if (output.protocol !== 0xc223) return output;
        return { ...output, information: Uint8Array.of(4, ...output.information.subarray(1)) };
      }),
    ),
    found: /no working call/,
  },
  {
    what: 'packets before IPCP is open',
    plant: saying((outputs) =>
      outputs.flatMap((output): AccessLinkOut[] => {
        if (output.kind !== 'authorize') return [output];
        const [localAddress, peerAddress] = [0x0a330652, FIRST_ADDRESS];
        return [output, { kind: 'ip-up', localAddress, peerAddress, mtuOctets: 1500 }];
      }),
    ),
    found: /./,
  },
];

describe('sim: planted bugs of the LNS are found', () => findAll(BUGS, SEEDS, runSeed));
