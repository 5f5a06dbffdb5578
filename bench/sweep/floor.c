/*
 * The floor of the sweep bench: one thread, one epoll descriptor, non-blocking connects, and no bookkeeping at all.
 *
 *   floor fresh|kept WINDOW FIRST COUNT PORT...
 *
 * `fresh` opens a socket for every probe, as such programs are usually written; `kept` dials again with the socket of
 * a refused probe. Prints "OPEN CLOSED".
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

struct line {
  int fd;
  int busy;
  struct sockaddr_in place;
};

static void die(const char *what) {
  perror(what);
  exit(1);
}

static void reset(int fd) {
  struct linger linger = {.l_onoff = 1, .l_linger = 0};
  setsockopt(fd, SOL_SOCKET, SO_LINGER, &linger, sizeof linger);
  close(fd);
}

int main(int argc, char **argv) {
  if (argc < 6) return 2;
  int kept = strcmp(argv[1], "kept") == 0;
  int window = atoi(argv[2]);
  uint32_t first = ntohl(inet_addr(argv[3]));
  long count = atol(argv[4]);
  if (first >> 24 != 127) return 2; /* Only loopback is ever dialled. */

  long total = count * (argc - 5), started = 0, opened = 0, closed = 0;
  int epoll = epoll_create1(EPOLL_CLOEXEC);
  struct line *lines = calloc(window, sizeof *lines);
  int *idle = calloc(window, sizeof *idle), idles = 0;
  struct epoll_event *events = calloc(window, sizeof *events);
  for (int n = 0; n < window; n++) {
    lines[n].fd = -1;
    idle[idles++] = n;
  }

  while (opened + closed < total) {
    while (idles > 0 && started < total) {
      int n = idle[--idles];
      struct line *line = &lines[n];
      line->place.sin_family = AF_INET;
      line->place.sin_addr.s_addr = htonl(first + started % count);
      line->place.sin_port = htons(atoi(argv[5 + started / count]));
      started++;
      line->busy = 1;
      if (line->fd < 0) {
        line->fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
        if (line->fd < 0) die("socket");
        struct epoll_event wish = {.events = EPOLLOUT | EPOLLET, .data.u32 = n};
        if (epoll_ctl(epoll, EPOLL_CTL_ADD, line->fd, &wish) < 0) die("epoll_ctl");
      }
      if (connect(line->fd, (struct sockaddr *)&line->place, sizeof line->place) < 0 && errno != EINPROGRESS)
        die("connect");
    }
    int news = epoll_wait(epoll, events, window, -1);
    for (int e = 0; e < news; e++) {
      int n = events[e].data.u32;
      struct line *line = &lines[n];
      /* The kernel may tell of one end twice: of the error and of the state. */
      if (!line->busy) continue;
      int error = 0;
      if (kept) {
        error = connect(line->fd, (struct sockaddr *)&line->place, sizeof line->place) < 0 ? errno : 0;
        if (error == EALREADY) continue;
      } else {
        socklen_t size = sizeof error;
        getsockopt(line->fd, SOL_SOCKET, SO_ERROR, &error, &size);
      }
      if (error != 0 && error != ECONNREFUSED) die("result");
      if (error == 0) opened++;
      else closed++;
      if (error == 0) reset(line->fd);
      else if (!kept) close(line->fd);
      if (error == 0 || !kept) line->fd = -1;
      line->busy = 0;
      idle[idles++] = n;
    }
  }
  printf("%ld %ld\n", opened, closed);
}
