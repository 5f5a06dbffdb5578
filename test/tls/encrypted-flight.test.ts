import assert from 'node:assert/strict';
import { createHash, randomBytes } from 'node:crypto';
import { test } from 'node:test';
import { canAgree, keyAgreement } from '../../src/system/key-agreement.ts';
import { asKyber, kemPair } from '../../src/system/ml-kem.ts';
import { serverHandshakeOpener } from '../../src/tls/key-schedule.ts';
import { messageSource } from '../../src/tls/wire/messages.ts';
import { REPERTOIRE } from './support/inspect.ts';

/*
 * What opens the encrypted flight of TLS 1.3: key agreement and key schedule. Against real servers in stacks.test.ts.
 */

/** RFC 8448 §3: shared secret, ClientHello and ServerHello, and the record with the server's flight. */
const TRACE = {
  secret: '8bd4054fb55b9d63fdfbacf9f04b9f0d35e6d63f537563efd46272900f89492d',
  hellos: [
    '010000c00303cb34ecb1e78163ba1c38c6dacb196a6dffa21a8d9912ec18a2ef6283024dece7000006130113031302010000910000000b',
    '0009000006736572766572ff01000100000a00140012001d0017001800190100010101020103010400230000003300260024001d002099',
    '381de560e4bd43d23d8e435a7dbafeb3c06e51c13cae4d5413691e529aaf2c002b0003020304000d0020001e0403050306030203080408',
    '05080604010501060102010402050206020202002d00020101001c00024001',
    '020000560303a6af06a4121860dc5e6e60249cd34c95930c8ac5cb1434dac155772ed3e2692800130100002e00330024001d0020c98288',
    '76112095fe66762bdbf7c672e156d6cc253b833df1dd69b1b04e751f0f002b00020304',
  ].join(''),
  header: '17030302a2',
  flight: [
    'd1ff334a56f5bff6594a07cc87b580233f500f45e489e7f33af35edf7869fcf40aa40aa2b8ea73f848a7ca07612ef9f945cb960b406890',
    '5123ea78b111b429ba9191cd05d2a389280f526134aadc7fc78c4b729df828b5ecf7b13bd9aefb0e57f271585b8ea9bb355c7c79020716',
    'cfb9b1183ef3ab20e37d57a6b9d7477609aee6e122a4cf51427325250c7d0e509289444c9b3a648f1d71035d2ed65b0e3cdd0cbae8bf2d',
    '0b227812cbb360987255cc744110c453baa4fcd610928d809810e4b7ed1a8fd991f06aa6248204797e36a6a73b70a2559c09ead686945b',
    'a246ab66e5edd8044b4c6de3fcf2a89441ac66272fd8fb330ef8190579b3684596c960bd596eea520a56a8d650f563aad27409960dca63',
    'd3e688611ea5e22f4415cf9538d51a200c27034272968a264ed6540c84838d89f72c24461aad6d26f59ecaba9acbbb317b66d902f4f292',
    'a36ac1b639c637ce343117b659622245317b49eeda0c6258f100d7d961ffb138647e92ea330faeea6dfa31c7a84dc3bd7e1b7a6c7178af',
    '36879018e3f252107f243d243dc7339d5684c8b0378bf30244da8c87c843f5e56eb4c5e8280a2b48052cf93b16499a66db7cca71e45994',
    '26f7d461e66f99882bd89fc50800becca62d6c74116dbd2972fda1fa80f85df881edbe5a37668936b335583b599186dc5c6918a396fa48',
    'a181d6b6fa4f9d62d513afbb992f2b992f67f8afe67f76913fa388cb5630c8ca01e0c65d11c66a1e2ac4c85977b7c7a6999bbf10dc35ae',
    '69f5515614636c0b9b68c19ed2e31c0b3b66763038ebba42f3b38edc0399f3a9f23faa63978c317fc9fa66a73f60f0504de93b5b845e27',
    '5592c12335ee340bbc4fddd502784016e4b3be7ef04dda49f4b440a30cb5d2af939828fd4ae3794e44f94df5a631ede42c1719bfdabf02',
    '53fe5175be898e750edc53370d2b',
  ].join(''),
};

const hexOctets = (text: string): Uint8Array => new Uint8Array(Buffer.from(text, 'hex'));

test('the key schedule opens the flight that RFC 8448 prints', () => {
  const opener = serverHandshakeOpener(0x1301, hexOctets(TRACE.secret), hexOctets(TRACE.hellos));

  const opened = opener?.open(hexOctets(TRACE.header), hexOctets(TRACE.flight));

  const messages = messageSource(65_536);
  messages.append(opened?.content ?? new Uint8Array(0));
  const types = Array.from({ length: 4 }, () => {
    const next = messages.next();
    return next.status === 'message' ? next.message.type : next.status;
  });
  assert.equal(opened?.type, 22);
  assert.deepEqual(types, [8, 11, 15, 20], 'EncryptedExtensions, Certificate, CertificateVerify, Finished');
});

test('a flight with one bit changed, or under another secret, is not opened', () => {
  const bent = hexOctets(TRACE.flight);
  bent[100] = (bent[100] ?? 0) ^ 1;
  const opener = (secret: string) => serverHandshakeOpener(0x1301, hexOctets(secret), hexOctets(TRACE.hellos));

  assert.equal(opener(TRACE.secret)?.open(hexOctets(TRACE.header), bent), null);
  assert.equal(opener('00'.repeat(32))?.open(hexOctets(TRACE.header), hexOctets(TRACE.flight)), null);
});

/** Made by OpenSSL 3.5.8 (Node 24.21.0): the first half of the seed of a private key, and what it encapsulated to it. */
const KEM = {
  seed: '83e8ee48dd0ece699fe0700267c5e7b4226990c6373a13f7f325616d4bae2763',
  publicKeySha256: 'c51ec153816ae320ff1c36a05e0537dee57051492f994bd2d0214343d40de102',
  secret: 'ef929367fff27dccd0d160cc7408043e0352d7fe6576a2fe82beb06a64caaa6c',
  ciphertext: [
    'MHdL810IInLAmvderS6WWwo5em5Xb2RBxD4ENByjdKbqYLt6PNCCA+JujTkShwlF4Vo1zwaEOzVdqjAMud0uILdabAmqXMd7GUHWRvu/wBqvpP',
    '2RLO+2VpOcVZMrQc8gIxv5KXY5XXuZdEQlg7UIrBH4wF9BNb4JYXJeD0Ls1gLgT9zjNortsDUUEbwINjh2XYGD+gJ9cCkzckNRUE9M/GZ2Y7lX',
    'Onvnz4xFi/wZMDTF8mlxyciYDfGabFWFdvJrnlY0ysc5x8eU4Rt0blNUOlet/T54c/WTx/1cQ2+CEY3Zg4VYigmTvPGzG9e0FEiEj/2B3LrnS+',
    'UWPP5TNO/BoPrf06t+m5YVxVZLseZz4Rw3Lx6LVNDqbwyB1cSF+lMWP7OkyXLFNDFKFXVURL078LD+J49ELjBNHW0U1VMcgY3CyHTCxeTWvORh',
    'BoXxbEZt2dbqi/vdSjywSCj/vbDfs/2D4hzVAS2CT7t1eXdI9Kw/Jp89c/VTppvHlw04nsf+ZgrCSq+/cndn3k3eyrHklXad/eD4KFsQVbu3JX',
    'Sm7/FJUe6zRbp9OuIzOvVlosGc1fwQNuleMKHsk782jDE5AtQURWeyubCWg26v20cEEjubP4yeOF4UqQcw594CEU7SSvsGCZqHJKp7MiaGD/YZ',
    'IKmiPg7nESdXFrnUcxbTLn1/B3ClLcd4T58tdOXfe1fdDjjeoA6HHd3u8ofCiEaIeNHm/req6BVG1KzUP8qAD5AhFalgCqMP5bBEUL6/bAubHt',
    '0CV99sep6E/VC+1Q0RFXMfKs0XfAe2xyLq7B8w6RYyhXg21GD5xn0AdUK3g2IexAiTdRcMjr1Sp5oTbood5LL5QQeX5wMw7LGqSGS0bMbNThiO',
    '4G4zowggMrA1bXt2Yk4lsfOGkUdfYGIWNIGzG7w4+bNhkaVg45frySy3g+WpSpxw7kwEUJqjmoYOfDU9T6OUpZpaRDDLeZbW95LbPcIHpvXf6T',
    '3z80T0rRjeTV3LX9WrOWRejY7p4G9RxrDdcbIyjw8uEy1RLlK3NPDRgxh4VS7Ce9UMcczaSSpOn7eJgoevPj0xEJHrAJXZcfbpUfaK2JNwK3nd',
    'adW55p7wC9C6iYNUcsyIIm1D0YdktsyToqMShtf5bjR1NLvq8yYEUZES3ys5ScVbQgykwUOcDrdjmO/WPoqz9PH8b9r4bKVP6UXfOYM8pjAVos',
    'bFEfAc+2sIEFaufyIk3gXOvlv7Y97w76TRQTrX8zO1BHC5sC0zxIrroO+q1fMmvPxXDZx77kjhQd4ufJ+4fNLrr8J1KzRgPcuraFFOh1lkAiHZ',
    '29j8NT+M9SkottkoTUdUPCvqpqptoyrxNwwtG9KBp9eMv6c91naS+nipdNsxWFA61md+n07w8CeFcDS9o66WSHWMZcC099xNLWUPeZ++e5pDXO',
    'AfOLbFs34JGp+GcCqUDwQ=',
  ].join(''),
};

test('ML-KEM-768 makes the key that OpenSSL makes of a seed, and opens what OpenSSL encapsulated', () => {
  const pair = kemPair(768, hexOctets(KEM.seed));

  const secret = pair.decapsulate(new Uint8Array(Buffer.from(KEM.ciphertext, 'base64')));

  assert.equal(createHash('sha256').update(pair.publicKey).digest('hex'), KEM.publicKeySha256);
  assert.equal(Buffer.from(secret ?? []).toString('hex'), KEM.secret);
});

/** Encapsulated to the same key by Go 1.23.5 (crypto/tls, kyberEncapsulate): Kyber as it was before FIPS 203. */
const KYBER = {
  secret: '1da616cf252760de33ab1a998c8110bc9d5813be917e34deb9567c3ea7747795',
  ciphertext: [
    'CjkzZ7BQxrqKVSoyqfrNpH1CoKCqGISBZvUuZ8MxbUpCQlTc14/Gv+zhtjh1LxUtAdeQBdorurInehx81fMlTgo62j6o8nKW5FAsLIbnkfQsI9',
    '+t9dTdwpm42eThnGYoKR0/oswJUHcq1Hqp/99FAOmGZ/JLY/f72Cs5x3a7pGtjvBSuQ3gJZySrxc60VbQ/czrvaQdhNa4Eb3bTVcJZPf/XcV7J',
    'z+Z36dQjRwrZTvNa5QJyt4A93VYrdsPsWcZ/piTQyA/487sLm2oCCi4IswyPy0uiSHvD25BMVUXrEHI9Rvk4fijWu6w/eco/a2rpBixUjDh6Ng',
    '3gyvAIUf5vnZXVG972uCExYtgDVnxl9yir+NFdQshvngu1pxCxA3MC0pR1NX8fskZd8fzQoadepnL3mgBV5YKx4BluDnYUUTv559uKNHRosp1Z',
    '3+xJe6HmtLobQo/5xGx3L5hy0MheSBpCkqy7gU+LFG0DzwVFNbAef0oQLE0uZJzhxCPQFWXONDHfKXVeoWxPnlwyaQK9JHLW6wEcL6KbHrrG2R',
    'PRbHafV5uCZlQVUI2JazE7J1U24T1Blr2RDNZ3pf5WKR+ugtz/tffh3oZP1TPxT1JL/K97OoKsvEZXTBPw79iGLR5REqDfirrUzd9dQ39/18BN',
    'F2cXLVsaVGB6qQzL4ETeCbVqhI5YUXRdSjj26Dxt9iqnmCuEx36D1XiR50o2p3xHHIdT7TBfJCq9bXxCJVTDBG/JUUD8fFDtdBmrtlgMDXZw+p',
    '7JoBItAJ8hL4tWPqjcG/gFZ9IBoNHb+zEtMjHbHJB7/eGY6TOuLF/PCSmmwclEzf3BLZmqTTzC7O3HKaGJiJ2jK++meKNFstScSUzAKmODm91p',
    'WRyCDOe2LzwpYS1hFhHwB0ck5ONKbxI+cWl5LGHNsM1UsiO/lhXpBeotLfql+PeDzU11T8qBRT2RbGtl2LJfL8NFDT5V76FxWVeIKcG02F0vEG',
    '1c223zBhNjjycVvGIzbBYTGXvief++jrm0Q1WwU5amg3jq43vtij8ET6n+qLitDLgvTNh2z2SUfnnXd9NHS6JXQ51RJYpuBY62WAHzzW4iUdXI',
    '6R7OGJV5OyZqay69IzP2KkEqO6c/VV3QTkr0If/GCxEu/STJC3gsFH4RibIYfy8uUTDXbvtBJeI0JC9uOtiXtncDK4YqDHd8YlPgwt1NbZWetC',
    '2OiDle0gpLeHHUe1OlxGXg8TDqA55RfWmOrPz/O26VGj4bDo4Iqnt7Moo5W3eFsYS9hrgjbSnBGRrXDUjZFU0bLqOPw83bxXtBKM0WmmbZQPcX',
    'TLqaasqXaRZvOg9k+MXnRDEVLwdGK+t/ELNfp146Pl4e2rawpn5Ij6p6rzqgrgkiKmzArkaSI3giZO5MhFrTQ0aE7iAIaeRBMRVyZUDHxVSU3t',
    'mehy07Yl4JImuNfwack04=',
  ].join(''),
};

test('Kyber of before ML-KEM ends in the secret that Go 1.23 comes to', () => {
  const pair = asKyber(kemPair(768, hexOctets(KEM.seed)));

  const secret = pair.decapsulate(new Uint8Array(Buffer.from(KYBER.ciphertext, 'base64')));

  assert.equal(Buffer.from(secret ?? []).toString('hex'), KYBER.secret);
  assert.equal(pair.decapsulate(new Uint8Array(3)), null);
});

const POST_QUANTUM = [
  ...['MLKEM512', 'MLKEM768', 'MLKEM1024', 'SecP256r1MLKEM768', 'X25519MLKEM768', 'SecP384r1MLKEM1024'],
  ...['X25519Kyber768Draft00', 'SecP256r1Kyber768Draft00'],
];

for (const name of POST_QUANTUM) {
  const code = REPERTOIRE.modernGroups.find((group) => REPERTOIRE.group(group)?.name === name) ?? 0;

  test(`${name}: a share of any length and content is taken or refused, never thrown at`, () => {
    const pair = keyAgreement(code);

    assert.equal(canAgree(code), true);
    assert.ok(pair);
    for (const length of [0, 1, 31, 32, 65, 97, 1087, 1088, 1120, 1153, 1184, 1568, 1665, 65_535]) {
      const secret = pair.secret(new Uint8Array(randomBytes(length)));
      assert.ok(secret === null || [32, 64, 80].includes(secret.length), `${length}`);
    }
  });
}

test('the halves of a hybrid share stand in the order of its draft', () => {
  const first = (code: number) => keyAgreement(code)?.publicKey;

  // An uncompressed point begins with 4; X25519MLKEM768 has its lattice half first.
  assert.deepEqual([first(0x11eb)?.[0], first(0x11eb)?.length], [4, 65 + 1184]);
  assert.deepEqual([first(0x639a)?.[0], first(0x639a)?.length], [4, 65 + 1184]);
  assert.equal(first(0x6399)?.length, 32 + 1184);
  if (canAgree(0x11ee)) assert.deepEqual([first(0x11ee)?.[0], first(0x11ee)?.length], [4, 65 + 1184]);
});

test('no agreement is promised for a group that there is none of', () => {
  const groups = REPERTOIRE.modernGroups;

  assert.deepEqual(
    groups.filter((group) => canAgree(group) !== (keyAgreement(group) !== null)),
    [],
  );
});
