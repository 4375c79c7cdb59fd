/**
 * Commands of IOS that have no meaning in this firmware: known, so that a router's configuration
 * can be used as it is, and noted once each. Whatever follows them is not read, so a pattern stops
 * short of any word that has a meaning.
 */
import type { Command } from './command.ts';
import type { Mode } from './modes.ts';

/** Patterns by mode, parted by commas. These wait for a later firmware. */
const LATER: readonly (readonly [Mode, string])[] = [
  ['global', 'aaa, radius-server, tacacs-server, vpdn aaa, vpdn logging'],
  ['vpdn-group', 'authen before-forward'],
  ['async', 'ppp accounting, ppp authorization, ppp timeout, ppp max-bad-auth'],
  ['virtual-template', 'ppp accounting, ppp max-bad-auth, ppp timeout'],
  ['line', 'modem inout, modem dialin, modem callin, modem autoconfigure, modem answer-timeout'],
];

const IGNORED: readonly (readonly [Mode, string])[] = [
  ['global', 'version, service, boot, boot-start-marker, boot-end-marker, enable, logging, clock'],
  ['global', 'banner, access-list, dialer-list, snmp-server, cdp, ntp, isdn, async-bootp, alias'],
  ['global', 'chat-script, modem country, modemcap, spe, resource-pool, memory-size, partition'],
  ['global', 'prompt, arp'],
  ['global', 'privilege, scheduler, multilink, route-map, exception, buffers, tftp-server, call'],
  ['global', 'ip, ip classless, ip subnet-zero, ip http, ip route, ip domain-lookup'],
  ['global', 'ip name-server'],
  ['global', 'ip domain-name, ip host, ip local, ip cef, ip default-gateway, ip access-list'],
  ['global', 'username USER secret, username USER privilege <0-15> secret'],
  ['global', 'username USER nopassword, username USER autocommand, username USER callback-rotary'],
  ['vpdn-group', 'description, ip, l2tp ip'],
  ['async', 'description, bandwidth, delay, keepalive, load-interval, hold-queue, fair-queue'],
  ['async', 'ip address, ip unnumbered, ip tcp, ip route-cache, ip mroute-cache, ip access-group'],
  ['async', 'ip directed-broadcast, ip helper-address, ip mtu, ip nat, ip rip, ip ospf'],
  ['async', 'async mode'],
  ['async', 'async default, async dynamic, peer default, cdp enable, dialer, dialer-group'],
  ['async', 'snmp, ntp, logging, compress, physical-layer, ppp ipcp, ppp callback, ppp quality'],
  ['async', 'ppp chap password, ppp chap refuse, ppp pap sent-username, ppp pap refuse, member'],
  ['virtual-template', 'description, bandwidth, delay, load-interval, hold-queue, fair-queue'],
  ['virtual-template', 'ip tcp, ip route-cache, ip mroute-cache, ip access-group, ip mtu, ip nat'],
  ['virtual-template', 'ip directed-broadcast, ip helper-address, ip rip, ip ospf, ip verify'],
  ['virtual-template', 'ip redirects, ip proxy-arp, ip unreachables, ip policy, ip pim, ip igmp'],
  ['virtual-template', 'cdp enable, snmp, ntp, logging, compress, service-policy, autodetect'],
  ['virtual-template', 'ppp ipcp mask, ppp ipcp header-compression, ppp callback, ppp quality'],
  ['virtual-template', 'ppp chap password, ppp chap refuse, ppp pap sent-username, ppp pap refuse'],
  ['virtual-template', 'ppp mtu, ppp lcp, ppp link, ppp max-configure, ppp max-failure'],
  ['virtual-template', 'ppp max-terminate, peer neighbor-route, multilink'],
  ['line', 'transport, autoselect, autohangup, autocommand, exec, exec-timeout, login, password'],
  ['line', 'rotary, session-timeout, absolute-timeout, location, script, length, width, history'],
  ['line', 'logging, access-class, authorization, accounting, privilege, terminal-type'],
];

/** These open a block of their own; one note for the block. */
const BLOCKS: readonly (readonly ['ignored' | 'later', Mode, string, Mode])[] = [
  ['ignored', 'global', 'line console, line aux, line vty', 'other-line'],
  [
    'ignored',
    'global',
    'controller, router, dial-peer, voice-port, ip dhcp, key chain',
    'other-block',
  ],
];

/** Within such a block. */
const INSIDE: readonly (readonly [Mode, string])[] = [
  ['other-line', 'logging, privilege, access-class, stopbits, databits, parity'],
  ['other-line', 'speed, flowcontrol'],
  ['other-interface', 'negotiation, shutdown, encapsulation, isdn, dialer, ppp, peer'],
  ['other-interface', 'dialer-group'],
  ['other-line', 'transport, exec, exec-timeout, login, password, session-timeout, length, width'],
  ['other-line', 'authorization, accounting, location, history, autoselect, rotary, modem'],
  ['other-interface', 'description, duplex, speed, half-duplex, full-duplex, media-type'],
  ['other-interface', 'ip address dhcp, ip address negotiated'],
  ['other-interface', 'ip unnumbered, ip tcp, ip route-cache, ip mroute-cache, ip rip'],
  ['other-interface', 'ip directed-broadcast, ip helper-address, ip mtu, ip nat, ip ospf'],
  ['other-interface', 'ip access-group, ip verify, ip redirects, ip proxy-arp, ip unreachables'],
  ['other-interface', 'bandwidth, delay, keepalive, load-interval, hold-queue, fair-queue, mtu'],
  ['other-interface', 'framing, clock, clockrate, linecode, crc, snmp, arp, compress, cdp, ntp'],
  ['other-interface', 'async, group-range, mac-address, standby, service-policy, mop'],
  ['other-block', 'framing, linecode, clock, cablelength, pri-group, ds0-group, channel-group'],
  ['other-block', 'cas-custom, fdl, description, shutdown, network, redistribute, version'],
  ['other-block', 'passive-interface, auto-summary, neighbor, default-router, dns-server, lease'],
];

export const IGNORED_COMMANDS: readonly Command[] = [
  ...LATER.flatMap(([mode, patterns]) => commands(mode, patterns, 'later')),
  ...IGNORED.flatMap(([mode, patterns]) => commands(mode, patterns, 'ignored')),
  ...INSIDE.flatMap(([mode, patterns]) => commands(mode, patterns, 'silently')),
  ...BLOCKS.flatMap(([note, mode, patterns, block]) => commands(mode, patterns, note, block)),
];

function commands(
  mode: Mode,
  patterns: string,
  note: NonNullable<Command['note']>,
  block: Mode = mode,
): readonly Command[] {
  return patterns.split(', ').map((pattern) => ({
    mode,
    pattern,
    note,
    apply: ({ draft }) => {
      draft.mode = block;
    },
    reset: () => {},
  }));
}
