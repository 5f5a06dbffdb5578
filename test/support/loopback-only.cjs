'use strict';

/*
 * Preloaded (`node --require`) into servers that have no option for the address they listen on:
 * whatever they ask for, every TCP listener of the process is bound to 127.0.0.1.
 */

const { Server } = require('node:net');

const { listen } = Server.prototype;

Server.prototype.listen = function listenOnLoopback(...args) {
  const callback = args.find((argument) => typeof argument === 'function');
  const [first] = args;
  if (typeof first === 'object' && first !== null && first.port === undefined) return listen.apply(this, args);
  const isPath = typeof first === 'string' && !/^\d+$/.test(first);
  if (isPath) return listen.apply(this, args);
  const asked = typeof first === 'object' && first !== null ? first : { port: Number(first ?? 0) };
  return listen.call(this, { ...asked, host: '127.0.0.1' }, callback);
};
