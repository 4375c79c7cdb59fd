/** Every default of the configuration, written once: that of IOS unless said. */

/** IOS prompts `Router` until it is named. */
export const DEFAULT_HOSTNAME = 'Router';

/** IOS: `vpdn search-order dnis domain`. */
export const DEFAULT_SEARCH_ORDER = ['dnis', 'domain'] as const;

/** RFC 2661 §8.1. */
export const L2TP_UDP_PORT = 1701;

/** IOS: addresses without a priority are tried first. */
export const DEFAULT_PRIORITY = 1;

/** RFC 2661 §4.4.3 wants 4 at least when the peer says nothing; 16 lets a burst of calls begin. */
export const DEFAULT_RECEIVE_WINDOW = 16;

/** RFC 2661 §5.5 and IOS. */
export const DEFAULT_HELLO_S = 60;

/** IOS as LAC; the seed's `shutdown (likely) in 15 seconds`. */
export const DEFAULT_NO_SESSION_S = 15;

/** IOS as LNS; the seed's `shutdown (likely) in 10 seconds`. */
export const DEFAULT_NO_SESSION_LNS_S = 10;

/** Ours: the caller's pppd gives up after 60 s. */
export const DEFAULT_SETUP_S = 60;

/** RFC 2661 §5.8: five retransmissions, after 1 s at first, cap not below 8 s: down after 31 s. */
export const DEFAULT_RETRIES = 5;
export const DEFAULT_RETRANSMIT_MIN_S = 1;
export const DEFAULT_RETRANSMIT_MAX_S = 8;

/** Ours: what V.34 modems and USB adapters are set to. IOS has 9600, for terminals. */
export const DEFAULT_SPEED_BPS = 115_200;

/** IOS. A direct cable often has three wires; a line with a modem wants `flowcontrol hardware`. */
export const DEFAULT_FLOW_CONTROL = 'none';

/** RFC 1661 §6.1. */
export const DEFAULT_MRU_OCTETS = 1500;

/** Ours: sessions of the whole LNS. A group without a limit of its own may have them all. */
export const DEFAULT_SESSION_LIMIT = 1024;

/** Ours. */
export const DEFAULT_TUN_NAME = 'pilac0';

/** IOS calls the list of methods so that has no other name. */
export const DEFAULT_LIST = 'default';

/** `peer default ip address pool` without a name. */
export const DEFAULT_POOL = 'default';

/** IOS: an echo each 10 s, the link is down after five without an answer. */
export const DEFAULT_KEEPALIVE_S = 10;
export const DEFAULT_KEEPALIVE_RETRIES = 5;
