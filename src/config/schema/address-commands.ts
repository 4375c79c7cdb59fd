/** Commands about addresses and callers: interfaces that lend theirs, pools, local users. */
import { type Arg, numberOf, textOf } from '../grammar/parameter.ts';
import type { Command, Context } from './command.ts';
import { newUser, type UserDraft } from './draft.ts';

export const ADDRESS_COMMANDS: readonly Command[] = [
  {
    mode: 'other-interface',
    pattern: 'ip address A.B.C.D A.B.C.D',
    apply: (context, args) => {
      const { lender } = context.draft;
      if (lender !== undefined) lender.address = hostAddress(context, args);
    },
    reset: ({ draft }) => {
      if (draft.lender !== undefined) draft.lender.address = undefined;
    },
  },
  {
    // The first address is the one that is lent.
    mode: 'other-interface',
    pattern: 'ip address A.B.C.D A.B.C.D secondary',
    apply: () => {},
    reset: () => {},
  },
  {
    mode: 'global',
    pattern: 'ip local pool WORD A.B.C.D [A.B.C.D]',
    apply: addRange,
    reset: removeRange,
  },
  {
    mode: 'global',
    pattern: 'username USER',
    apply: (context, args) => {
      userOf(context, args);
    },
    reset: ({ draft }, args) => {
      if (args[0] !== undefined) draft.users.delete(textOf(args[0]));
    },
  },
  {
    // The privilege is that of a login, which we have not.
    mode: 'global',
    pattern: 'username USER [privilege <0-15>] password PASSWORD',
    apply: (context, args) => {
      userOf(context, args).password = textOf(args.at(-1));
    },
    reset: ({ draft }, args) => {
      const user = draft.users.get(textOf(args[0]));
      if (user !== undefined) user.password = undefined;
    },
  },
  { mode: 'global', pattern: 'username USER privilege <0-15>', apply: () => {}, reset: () => {} },
  {
    mode: 'global',
    pattern: 'username USER framed-ip-address A.B.C.D',
    apply: (context, args) => {
      userOf(context, args).framedIpAddress = numberOf(args[1]);
    },
    reset: ({ draft }, args) => {
      const user = draft.users.get(textOf(args[0]));
      if (user !== undefined) user.framedIpAddress = undefined;
    },
  },
];

/** @returns the address, where it and its mask are what an interface can have */
export function hostAddress({ fail }: Context, args: readonly Arg[]): number | undefined {
  const [address, mask] = [numberOf(args[0]), numberOf(args[1])];
  if (!isHost(address)) {
    fail('no interface can have this address', 'the address of a host');
    return undefined;
  }
  const hosts = ~mask >>> 0;
  if (mask === 0 || (hosts & (hosts + 1)) !== 0) {
    fail('this is no mask of a network', 'a mask such as 255.255.255.0');
    return undefined;
  }
  return address;
}

/** Not this network, not loopback, neither multicast nor reserved. */
function isHost(address: number): boolean {
  const network = address >>> 24;
  return network !== 0 && network !== 127 && network < 224;
}

function addRange({ draft, at, fail }: Context, args: readonly Arg[]): void {
  const low = numberOf(args[1]);
  const high = args[2] === undefined ? low : numberOf(args[2]);
  if (high < low) {
    fail('the range of addresses runs backwards', 'its lower address first');
    return;
  }
  if (!isHost(low) || !isHost(high)) {
    fail('no caller can have these addresses', 'addresses of hosts');
    return;
  }
  const name = textOf(args[0]).toLowerCase();
  draft.pools.set(name, [...(draft.pools.get(name) ?? []), { low, high, at }]);
}

/** `no ip local pool NAME` is the whole pool, with addresses that range of it. */
function removeRange({ draft }: Context, args: readonly Arg[]): void {
  if (args[0] === undefined) return;
  const name = textOf(args[0]).toLowerCase();
  const [low, high] = [args[1], args[2] ?? args[1]];
  const left = (draft.pools.get(name) ?? []).filter(
    (range) => low !== undefined && (range.low !== low || range.high !== high),
  );
  if (left.length === 0) draft.pools.delete(name);
  else draft.pools.set(name, left);
}

function userOf({ draft, at }: Context, args: readonly Arg[]): UserDraft {
  const name = textOf(args[0]);
  const user = draft.users.get(name) ?? newUser(name, at);
  draft.users.set(name, user);
  return user;
}
