/** How the link to the far side behaves, each way. */
export interface LinkFaults {
  readonly delayMs: number;
  readonly lossPerMille: number;
}

/**
 * Lines of a shell script for a namespace of its own (`unshare -rn`): a second namespace behind a link of
 * `bench/lab/link.c`, where the `there` networks are; what else is sent to `network` is lost over there. `at` runs a
 * command on the far side, and `$helpers` end with the script.
 */
export function farSide(
  link: string,
  { delayMs, lossPerMille }: LinkFaults,
  network: string,
  there: string[],
): string[] {
  return [
    'ip link set lo up',
    'unshare -n sleep 600 >/dev/null & far=$!',
    'while [ "$(readlink /proc/$far/ns/net)" = "$(readlink /proc/$$/ns/net)" ]; do :; done',
    `${link} ${delayMs} ${lossPerMille} 0 0 >/dev/null & helpers="$far $!"`,
    "trap 'kill $helpers' EXIT",
    'until ip link show far >/dev/null 2>&1; do kill -0 $helpers; done',
    'ip link set far netns $far',
    'at() { nsenter -t $far -n "$@"; }',
    'ip link set near txqueuelen 20000 up',
    'at ip link set lo up',
    'at ip link set far txqueuelen 20000 up',
    'ip addr add 10.31.0.1/32 dev near',
    `ip route add ${network} dev near src 10.31.0.1`,
    'at ip route add 10.31.0.1/32 dev far',
    ...there.map((local) => `at ip route add local ${local} dev lo`),
  ];
}
