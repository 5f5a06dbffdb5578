/** How the link to the far side behaves, each way. */
export interface LinkFaults {
  readonly delayMs: number;
  readonly lossPerMille: number;
}

/** The scanner's own address, the gateway's on the far side, and the gateway's MAC where the link has such things. */
export const NEAR_ADDRESS = '10.31.0.1';
const FAR_ADDRESS = '10.31.0.2';
export const FAR_MAC = '02:00:00:00:00:02';

/**
 * Lines of a shell script for a namespace of its own (`unshare -rn`): a second namespace at the other end of `near`,
 * where the `there` networks are; what else is sent to `network` is lost over there. `at` runs a command on the far
 * side, and `$helpers` end with the script.
 */
export function farSide(link: string, faults: LinkFaults, network: string, there: string[]): string[] {
  return [
    'ip link set lo up',
    'unshare -n sleep 600 >/dev/null & far=$!',
    'helpers=$far',
    "trap 'kill $helpers' EXIT",
    'while [ "$(readlink /proc/$far/ns/net)" = "$(readlink /proc/$$/ns/net)" ]; do :; done',
    'at() { nsenter -t $far -n "$@"; }',
    ...(faults.delayMs + faults.lossPerMille === 0 ? cable() : faulty(link, faults)),
    'ip link set near txqueuelen 20000 up',
    'at ip link set lo up',
    'at ip link set far txqueuelen 20000 up',
    `ip addr add ${NEAR_ADDRESS} peer ${FAR_ADDRESS} dev near`,
    `at ip addr add ${FAR_ADDRESS} peer ${NEAR_ADDRESS} dev far`,
    `ip route add ${network} via ${FAR_ADDRESS} src ${NEAR_ADDRESS}`,
    `at ip route add blackhole ${network}`,
    ...there.map((local) => `at ip route add local ${local} dev lo`),
  ];
}

/** The kernel's own cable: no delay, and nobody to take processor time for carrying. */
function cable(): string[] {
  return [`ip link add near type veth peer name far address ${FAR_MAC} netns $far`];
}

function faulty(link: string, { delayMs, lossPerMille }: LinkFaults): string[] {
  return [
    `${link} ${delayMs} ${lossPerMille} 0 0 >/dev/null & helpers="$helpers $!"`,
    'until ip link show far >/dev/null 2>&1; do kill -0 $helpers; done',
    'ip link set far netns $far',
  ];
}
