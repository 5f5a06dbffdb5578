/*
 * A link between two network namespaces with the faults of a real one, where the kernel has no netem:
 *
 *   link DELAY_MS LOSS_PER_MILLE PACKETS_PER_SECOND QUEUE
 *
 * makes the TUN devices `near` and `far` (move `far` where it belongs), says so, and carries IP packets both ways until
 * it is killed. Each direction on its own: a packet is lost with that chance, waits for those before it where a rate is
 * given (0: none), is dropped where QUEUE packets wait already, and arrives DELAY_MS after it was sent.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <linux/if.h>
#include <linux/if_tun.h>
#include <poll.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <time.h>
#include <unistd.h>

#define MTU 1600
#define UNDER_WAY 65536

struct packet {
  int64_t due, sent;
  int length;
  char bytes[MTU];
};

struct direction {
  int from, to;
  struct packet *ring;
  uint32_t head, tail, waiting; /* head: next to arrive; waiting: first not yet sent; tail: next free. */
  int64_t sent;
};

static int64_t now(void) {
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return t.tv_sec * 1000000000LL + t.tv_nsec;
}

static int open_tun(const char *name) {
  int fd = open("/dev/net/tun", O_RDWR | O_NONBLOCK);
  struct ifreq request = {.ifr_flags = IFF_TUN | IFF_NO_PI};
  strncpy(request.ifr_name, name, IFNAMSIZ - 1);
  if (fd < 0 || ioctl(fd, TUNSETIFF, &request) < 0) {
    perror("/dev/net/tun");
    exit(1);
  }
  return fd;
}

static void take(struct direction *d, int64_t delay, int loss, int64_t gap, uint32_t queue) {
  for (int n = 0; n < 64; n++) {
    struct packet *packet = &d->ring[d->tail % UNDER_WAY];
    packet->length = read(d->from, packet->bytes, MTU);
    if (packet->length <= 0) return;
    int64_t moment = now();
    while (d->waiting != d->tail && d->ring[d->waiting % UNDER_WAY].sent <= moment) d->waiting++;
    if (rand() % 1000 < loss || d->tail - d->head == UNDER_WAY - 1) continue;
    if (gap > 0 && d->tail - d->waiting >= queue) continue;
    d->sent = (d->sent > moment ? d->sent : moment) + gap;
    packet->sent = d->sent;
    packet->due = d->sent + delay;
    d->tail++;
  }
}

static void deliver(struct direction *d, int64_t moment) {
  for (; d->head != d->tail; d->head++) {
    struct packet *packet = &d->ring[d->head % UNDER_WAY];
    if (packet->due > moment) return;
    if (write(d->to, packet->bytes, packet->length) < 0 && errno == EAGAIN) return;
  }
}

int main(int argc, char **argv) {
  if (argc != 5) return 2;
  int64_t delay = atoi(argv[1]) * 1000000LL, rate = atoi(argv[3]);
  int loss = atoi(argv[2]);
  int64_t gap = rate > 0 ? 1000000000LL / rate : 0;
  int near = open_tun("near"), far = open_tun("far");
  struct direction ways[2] = {{.from = near, .to = far}, {.from = far, .to = near}};
  for (int n = 0; n < 2; n++) ways[n].ring = calloc(UNDER_WAY, sizeof(struct packet));
  srand(1);
  puts("up");
  fflush(stdout);

  for (;;) {
    int64_t moment = now(), next = INT64_MAX;
    for (int n = 0; n < 2; n++) {
      take(&ways[n], delay, loss, gap, atoi(argv[4]));
      deliver(&ways[n], moment);
      if (ways[n].head != ways[n].tail) {
        int64_t due = ways[n].ring[ways[n].head % UNDER_WAY].due;
        next = due < next ? due : next;
      }
    }
    struct pollfd ready[2] = {{near, POLLIN, 0}, {far, POLLIN, 0}};
    int64_t wait = next == INT64_MAX ? 1000000000LL : next - now();
    struct timespec timeout = {.tv_sec = wait > 0 ? wait / 1000000000LL : 0, .tv_nsec = wait > 0 ? wait % 1000000000LL : 0};
    ppoll(ready, 2, &timeout, NULL);
  }
}
