import assert from 'node:assert/strict';
import { test } from 'node:test';
import { doorOf, type ShortProcess, viewed } from '../../support/declared-process.ts';

/** Door, auth, and credentials that everybody knows. */
const CASES: readonly (readonly [ShortProcess, string])[] = [
  [{ image: 'postgres:16-alpine', env: { POSTGRES_PASSWORD: 'postgres' } }, '0.0.0.0:5432 on POSTGRES_PASSWORD'],
  [{ image: 'pgvector/pgvector:pg16', env: { POSTGRES_PASSWORD: '$PASSWORD' } }, '0.0.0.0:5432 on'],
  [{ image: 'postgres', env: { POSTGRES_HOST_AUTH_METHOD: 'trust' } }, '0.0.0.0:5432 off'],
  [{ image: 'redis:7' }, '0.0.0.0:6379 off'],
  [{ image: 'redis:7', args: 'redis-server --requirepass $PASSWORD' }, '0.0.0.0:6379 unknown'],
  [{ image: 'redis:7', args: 'redis-server --appendonly yes' }, '0.0.0.0:6379 off'],
  [{ image: 'redis:7', args: '--requirepass myredissecret' }, '0.0.0.0:6379 on --requirepass'],
  [{ image: 'redis/redis-stack', env: { REDIS_ARGS: '--requirepass x9' } }, '0.0.0.0:6379 on'],
  [{ image: 'valkey/valkey:9', args: 'valkey-server --save 30 1' }, '0.0.0.0:6379 off'],
  [{ run: 'redis-server' }, '127.0.0.1:6379 off'],
  [{ image: 'mongo:7' }, '0.0.0.0:27017 off'],
  [{ image: 'mongo', args: 'mongod --noauth' }, '0.0.0.0:27017 off'],
  [{ image: 'mongo', env: { MONGO_INITDB_ROOT_USERNAME: 'a', MONGO_INITDB_ROOT_PASSWORD: 'b' } }, '0.0.0.0:27017 on'],
  [{ image: 'mysql:8', env: { MYSQL_ALLOW_EMPTY_PASSWORD: 'yes' } }, '0.0.0.0:3306 off'],
  [{ image: 'mysql:8', env: { MYSQL_ROOT_PASSWORD: 'OneAPI@justsong' } }, '0.0.0.0:3306 on MYSQL_ROOT_PASSWORD'],
  [{ image: 'nats:2.10-alpine', args: '--jetstream -m 8222' }, '0.0.0.0:4222 off'],
  [{ image: 'minio/minio', args: 'server /data' }, '0.0.0.0:9000 on MINIO_ROOT_PASSWORD'],
  [{ image: 'minio/minio', args: 'server /data', env: { MINIO_ROOT_PASSWORD: '$X' } }, '0.0.0.0:9000 on'],
  [{ image: 'minio/minio', args: 'server /data', unseen: [null] }, '0.0.0.0:9000 on'],
  [{ image: 'clickhouse/clickhouse-server' }, '0.0.0.0:8123 on'],
  [
    { image: 'clickhouse/clickhouse-server', env: { CLICKHOUSE_PASSWORD: 'clickhouse' } },
    '0.0.0.0:8123 on CLICKHOUSE_PASSWORD',
  ],
  [
    { image: 'docker.elastic.co/elasticsearch/elasticsearch:8.11.0', env: { 'xpack.security.enabled': 'false' } },
    '0.0.0.0:9200 off',
  ],
  [{ image: 'docker.elastic.co/elasticsearch/elasticsearch:8.11.0' }, '0.0.0.0:9200 on'],
  [{ image: 'elasticsearch:7.17.18' }, '0.0.0.0:9200 off'],
  [{ image: 'neo4j:5', env: { NEO4J_AUTH: 'none' } }, '0.0.0.0:7474 off'],
  [{ image: 'neo4j:5', env: { NEO4J_AUTH: 'neo4j/password' } }, '0.0.0.0:7474 on NEO4J_AUTH'],
  [{ image: 'getmeili/meilisearch:v1.12' }, '0.0.0.0:7700 off'],
  [{ image: 'eclipse-mosquitto:1.6' }, '0.0.0.0:1883 off'],
  [{ image: 'bitnami/etcd:3.6', env: { ALLOW_NONE_AUTHENTICATION: 'yes' } }, '0.0.0.0:2379 off'],
  [{ image: 'bitnami/etcd:3.6', env: { ETCD_ROOT_PASSWORD: 'a' } }, '0.0.0.0:2379 on'],
  [{ image: 'bitnami/etcd', env: { ETCD_LISTEN_CLIENT_URLS: 'http://127.0.0.1:2379' } }, '127.0.0.1:2379 off'],
  [{ image: 'bitnami/memcached:1', env: { MEMCACHED_PORT_NUMBER: '11311' } }, '0.0.0.0:11311 off'],
  [{ image: 'bitnami/memcached:1', env: { MEMCACHED_USERNAME: 'a', MEMCACHED_PASSWORD: 'b' } }, '0.0.0.0:11211 on'],
  [{ image: 'bitnami/kafka:3.7', env: { ALLOW_PLAINTEXT_LISTENER: 'yes' } }, '0.0.0.0:9092 off'],
  [{ image: 'bitnami/kafka:3.7', env: { KAFKA_CFG_SASL_ENABLED_MECHANISMS: 'PLAIN' } }, '0.0.0.0:9092 off'],
  [{ image: 'bitnami/kafka:3.7', env: { KAFKA_CFG_LISTENERS: 'SASL_SSL://:9092' } }, '0.0.0.0:9092 on'],
];

for (const [process, expected] of CASES) {
  test(`${JSON.stringify(process)}: ${expected}`, async () => {
    const view = await viewed(process);

    const known = view.credentials.map(({ setting }) => ` ${setting.name}`).join('');
    assert.equal(`${doorOf(view)} ${view.auth.state}${known}`, expected);
  });
}
