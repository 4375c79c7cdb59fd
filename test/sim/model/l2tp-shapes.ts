/** Lines of L2TP: what happens in it, and its messages. TRACE-02 to -09, -16. */
import { avpOctets, describeHeader, describeValue } from './control-messages.ts';
import { dump } from './octets.ts';
import { asItIs, hexPrefix, mine, type Shape, theirs } from './shape.ts';

const NAMES = 'SCCRQ|SCCRP|SCCCN|ICRQ|ICRP|ICCN|CDN|StopCCN';

export const L2TP: readonly Shape[] = [
  [/^(SM State [\w-]+|O SCCRQ|(?:Tunnel|Session) state change from [\w-]+ to [\w-]+)$/, asItIs],
  [/^(Session FS enabled|Create session|New session created|Destroying session)$/, asItIs],
  [/^(Shutdown tunnel|Tunnel Authentication success)$/, asItIs],
  [new RegExp(`^(No missing AVPs in (?:${NAMES}))$`), asItIs],
  [
    /^(Got a (?:challenge|response) from remote peer,|Got a challenge in SCCRQ,) \S+$/,
    (scene, what) => `${what} ${theirs(scene).hostName}`,
  ],
  [
    /^(Got a Challenge Response in SCCCN from) \S+$/,
    (scene, what) => `${what} ${theirs(scene).hostName}`,
  ],
  [
    /^(New tunnel created for remote) \S+ address \S+$/,
    (scene, what) => `${what} ${theirs(scene).hostName}, address ${theirs(scene).address}`,
  ],
  [
    new RegExp(`^(I (?:${NAMES}) from) [\\w-]+(?: (tnl) \\d+)?(?:, (cl) \\d+)?$`),
    (scene, what, tunnel, session) => {
      const { hostName, tunnelId, sessionId } = theirs(scene);
      const inTunnel = tunnel === undefined ? '' : ` tnl ${tunnelId}`;
      const inSession = session === undefined ? '' : `, cl ${sessionId}`;
      return `${what} ${hostName}${inTunnel}${inSession}`;
    },
  ],
  [
    new RegExp(`^(O (?:${NAMES}) to) [\\w-]+ tnlid \\d+$`),
    (scene, what) => `${what} ${theirs(scene).hostName} tnlid ${theirs(scene).tunnelId}`,
  ],
  [
    new RegExp(`^(O (?:${NAMES}) to) [\\w-]+ \\d+/(\\d+)$`),
    (scene, what, session) => {
      const { hostName, tunnelId, sessionId } = theirs(scene);
      return `${what} ${hostName} ${tunnelId}/${session === '0' ? 0 : sessionId}`;
    },
  ],
  [
    /^(VPDN: Releasing idb for LAC\/LNS tunnel) \d+\/\d+ session \d+ (state idle)$/,
    (scene, what, state) => {
      const { tunnelId, sessionId } = mine(scene);
      return `${what} ${tunnelId}/${theirs(scene).tunnelId} session ${sessionId} ${state}`;
    },
  ],
  [
    /^(No more sessions in tunnel, shutdown \(likely\) in) \d+ seconds$/,
    (scene, what) => `${what} ${mine(scene).noSessionSeconds} seconds`,
  ],
];

export const PACKETS: readonly Shape[] = [
  [
    new RegExp(`^Parse (${NAMES})$`),
    (scene, name = '') => {
      scene.message = scene.messages.get(name);
      return `Parse ${name}`;
    },
  ],
  [
    // In front of the line that names the message, and alike for all of them.
    /^(Parse AVP 0, len 8, flag) \S+ \(M\)$/,
    (scene, what) => `${what} ${hexPrefix(scene)}8000 (M)`,
  ],
  [
    /^Parse( Cisco)? AVP (\d+), len \d+, flag \S+( \(M\))?$/,
    (scene, cisco, type) => {
      const avp = scene.message?.avps.find((one) => one.type === Number(type));
      if (avp === undefined) throw new Error(`no AVP ${type} in ${scene.message?.name}`);
      const flag = avp.mandatory ? '8000 (M)' : '0';
      const what = `Parse${avp.vendor === 9 ? ' Cisco' : ''} AVP ${type}`;
      if ((cisco !== undefined) !== (avp.vendor === 9)) throw new Error(`vendor of AVP ${type}`);
      return `${what}, len ${avpOctets(avp)}, flag ${hexPrefix(scene)}${flag}`;
    },
  ],
  [/^(Result code\(1\): 1: .*|Error code\(0\): No error)$/, asItIs],
  [
    /^([IO]) (ZLB ctrl ack|\w+), flg TLS, ver 2, len \d+, tnl \d+, cl \d+, (ns \d+, nr \d+)(.*)$/,
    (scene, io, name = '', numbers = '', octets = '') => {
      const from = io === 'O' ? scene.me : scene.me === 'lac' ? 'lns' : 'lac';
      const key = name.startsWith('ZLB') ? `${from} ${numbers.match(/\d+/g)?.join(' ')}` : name;
      const message = scene.messages.get(key);
      scene.message = message;
      const head = `${io} ${name}, flg TLS, ver 2, ${describeHeader(message)}`;
      if (octets === '') return head;
      const pak = octets.startsWith(' contiguous')
        ? ` contiguous pak, size ${message.octets.length}`
        : '';
      return `${head}${pak} ${dump(message.octets)}`;
    },
  ],
  [
    /^contiguous buffer, size \d+ .*$/,
    ({ message }) =>
      `contiguous buffer, size ${message?.octets.length} ${dump(message?.octets ?? [])}`,
  ],
  [
    /^(.+)$/,
    (scene, text = '') => {
      const said = scene.message && describeValue(scene.message, text, hexPrefix(scene));
      if (said === undefined) throw new Error(`no shape fits: ${text}`);
      return said;
    },
  ],
];
