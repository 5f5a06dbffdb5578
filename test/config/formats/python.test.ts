import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { assertSpans, lineOf, readText, summary, textOf } from './reading.ts';

async function python(
  text: string,
  { path = 'server.py', others = {} }: { path?: string; others?: Record<string, string> } = {},
) {
  const reading = await readText('python', text, { path, others });
  assertSpans(reading);
  return reading;
}

async function listeners(text: string, others: Record<string, string> = {}) {
  const { declarations } = await python(text, { others });
  return declarations.processes.flatMap((process) =>
    process.listeners.map(({ what, address, port, tls, auth }) => [what, textOf(address), textOf(port), tls, auth]),
  );
}

const FASTAPI = 'import uvicorn\nfrom fastapi import FastAPI\napp = FastAPI()\n';

describe('servers', () => {
  const cases: readonly (readonly [string, string, readonly unknown[]])[] = [
    [
      'uvicorn on every address',
      `${FASTAPI}uvicorn.run(app, host="0.0.0.0", port=8095)`,
      [['uvicorn', '0.0.0.0', '8095', 'off', 'off']],
    ],
    [
      'a snippet without the application',
      'uvicorn.run(app, host="0.0.0.0", port=1)',
      [['uvicorn', '0.0.0.0', '1', 'off', 'off']],
    ],
    [
      'uvicorn left alone',
      `${FASTAPI}uvicorn.run(app)`,
      [['uvicorn', 'default:127.0.0.1', 'default:8000', 'off', 'off']],
    ],
    [
      'both halves of TLS',
      `${FASTAPI}uvicorn.run(app, host="0.0.0.0", ssl_keyfile="k.pem", ssl_certfile="c.pem")`,
      [['uvicorn', '0.0.0.0', 'default:8000', 'on', 'off']],
    ],
    [
      'one half of TLS',
      `${FASTAPI}uvicorn.run(app, host="0.0.0.0", ssl_certfile="c.pem")`,
      [['uvicorn', '0.0.0.0', 'default:8000', 'off', 'off']],
    ],
    [
      'another name for the module',
      'import uvicorn as u\nu.run("main:app", host="::")',
      [['uvicorn', '::', 'default:8000', 'off', 'off']],
    ],
    [
      'a variable with a default',
      `${FASTAPI}import os\nHOST = os.getenv("HOST", "0.0.0.0")\nuvicorn.run(app, host=HOST, port=int(os.environ.get("PORT", "9")))`,
      [['uvicorn', 'default:0.0.0.0', 'default:9', 'off', 'off']],
    ],
    [
      'or',
      `${FASTAPI}import os\nuvicorn.run(app, host=os.getenv("HOST") or "0.0.0.0")`,
      [['uvicorn', 'default:0.0.0.0', 'default:8000', 'off', 'off']],
    ],
    [
      'argparse',
      `${FASTAPI}import argparse\np = argparse.ArgumentParser()\np.add_argument("--host", "-H", default="0.0.0.0")\nargs = p.parse_args()\nif __name__ == "__main__":\n    uvicorn.run(app, host=args.host)`,
      [['uvicorn', 'default:0.0.0.0', 'default:8000', 'off', 'off']],
    ],
    [
      'a parameter',
      `${FASTAPI}def main(host: str = "0.0.0.0", port: int = 8001):\n    uvicorn.run(app, host=host, port=port)`,
      [['uvicorn', 'default:0.0.0.0', 'default:8001', 'off', 'off']],
    ],
    [
      'click',
      `${FASTAPI}import click\n@click.command()\n@click.option("--host", default="0.0.0.0")\ndef main(host):\n    uvicorn.run(app, host=host)`,
      [['uvicorn', 'default:0.0.0.0', 'default:8000', 'off', 'off']],
    ],
    [
      'pydantic settings',
      `${FASTAPI}from pydantic_settings import BaseSettings\nclass Settings(BaseSettings):\n    host: str = "0.0.0.0"\nsettings = Settings()\nuvicorn.run(app, host=settings.host)`,
      [['uvicorn', 'default:0.0.0.0', 'default:8000', 'off', 'off']],
    ],
    [
      'options from elsewhere',
      `${FASTAPI}uvicorn.run(app, **options)`,
      [['uvicorn', 'unresolved:options', 'unresolved:options', 'unknown', 'off']],
    ],
    [
      'a bearer in sight',
      `${FASTAPI}from fastapi.security import HTTPBearer\nbearer = HTTPBearer()\nuvicorn.run(app, host="0.0.0.0")`,
      [['uvicorn', '0.0.0.0', 'default:8000', 'off', 'unknown']],
    ],
    [
      'the whole application behind a key',
      'import uvicorn\nfrom fastapi import FastAPI, Depends\napp = FastAPI(dependencies=[Depends(verify_api_key)])\nuvicorn.run(app, host="0.0.0.0")',
      [['uvicorn', '0.0.0.0', 'default:8000', 'off', 'on']],
    ],
    [
      'a middleware',
      `${FASTAPI}app.add_middleware(ApiKeyMiddleware)\nuvicorn.run(app, host="0.0.0.0")`,
      [['uvicorn', '0.0.0.0', 'default:8000', 'off', 'on']],
    ],
    [
      'a commented sign is none',
      `${FASTAPI}# HTTPBearer would be nice\nuvicorn.run(app, host="0.0.0.0")`,
      [['uvicorn', '0.0.0.0', 'default:8000', 'off', 'off']],
    ],
    [
      'Flask',
      'from flask import Flask\napp = Flask(__name__)\napp.run(host="0.0.0.0", port=5001, ssl_context="adhoc")',
      [['Flask', '0.0.0.0', '5001', 'on', 'off']],
    ],
    [
      'Flask left alone',
      'from flask import Flask\napp = Flask(__name__)\napp.run(debug=True)',
      [['Flask', 'default:127.0.0.1', 'default:5000', 'off', 'off']],
    ],
    ['something else that runs', 'from flask import Flask\nimport subprocess\nsubprocess.run(["ls"])\njob.run()', []],
    [
      'gradio',
      'import gradio as gr\nwith gr.Blocks() as demo:\n    pass\ndemo.queue().launch(server_name="0.0.0.0", server_port=7000)',
      [['gradio', '0.0.0.0', '7000', 'off', 'off']],
    ],
    [
      'gradio with a login',
      'import gradio as gr\ngr.Interface(f, "text", "text").launch(server_name="0.0.0.0", auth=("a", pw))',
      [['gradio', '0.0.0.0', 'default:7860', 'off', 'on']],
    ],
    ['a browser is launched too', 'import gradio\nplaywright.chromium.launch(headless=True)', []],
    [
      'http.server',
      'from http.server import HTTPServer\nHTTPServer(("", 8000), Handler).serve_forever()',
      [['Python http.server', '', '8000', 'off', 'off']],
    ],
    [
      'aiohttp listens everywhere',
      'from aiohttp import web\nweb.run_app(app)',
      [['aiohttp', 'default:', 'default:8080', 'off', 'off']],
    ],
    [
      'FastMCP over HTTP',
      'from fastmcp import FastMCP\nmcp = FastMCP("x")\nmcp.run(transport="http", host="0.0.0.0", port=9000)',
      [['MCP server', '0.0.0.0', '9000', 'off', 'off']],
    ],
    ['FastMCP over standard input', 'from fastmcp import FastMCP\nmcp = FastMCP("x")\nmcp.run()', []],
    [
      'FastMCP told at its making',
      'from mcp.server.fastmcp import FastMCP\nmcp = FastMCP("x", host="0.0.0.0")\nmcp.run(transport="sse")',
      [['MCP server', '0.0.0.0', 'default:8000', 'off', 'off']],
    ],
    ['nothing', '# uvicorn.run(app, host="0.0.0.0")\nx = "uvicorn.run()"', []],
  ];
  for (const [name, text, expected] of cases) test(name, async () => assert.deepEqual(await listeners(text), expected));

  test('settings of a module beside it', async () => {
    const text = 'import uvicorn\nfrom config import settings\nuvicorn.run("main:app", host=settings.host)';
    const config = 'class Settings(BaseSettings):\n    host: str = "0.0.0.0"\nsettings = Settings()\n';

    assert.deepEqual(await listeners(text, { 'config.py': config }), [
      ['uvicorn', 'default:0.0.0.0', 'default:8000', 'off', 'off'],
    ]);
  });

  test('routes from a module that nobody sees may be guarded', async () => {
    assert.deepEqual(
      await listeners(
        `${FASTAPI}from .api import router\napp.include_router(router)\nuvicorn.run(app, host="0.0.0.0")`,
      ),
      [['uvicorn', '0.0.0.0', 'default:8000', 'off', 'unknown']],
    );
    assert.deepEqual(
      await listeners(
        `${FASTAPI}from .api import router\napp.include_router(router)\nuvicorn.run(app, host="0.0.0.0")`,
        { 'api.py': 'router = 1' },
      ),
      [['uvicorn', '0.0.0.0', 'default:8000', 'off', 'off']],
    );
  });

  test('a value says where it came from, the call has its arguments as settings', async () => {
    const { source, declarations } = await python(`${FASTAPI}HOST = "0.0.0.0"\nuvicorn.run(app, host=HOST, port=1)`);
    const [process] = declarations.processes;
    const address = process?.listeners[0]?.address;

    assert.equal(address && source.slice(address.span), 'HOST');
    assert.deepEqual(
      address?.via.map((span) => [source.slice(span), lineOf(source, span)]),
      [['0.0.0.0', 4]],
    );
    assert.deepEqual(
      process?.argv?.map(({ text: word }) => word),
      ['uvicorn'],
    );
    assert.deepEqual(
      declarations.settings.map(({ setting, value }) => [setting, value.text]),
      [
        ['uvicorn.run(host=)', '0.0.0.0'],
        ['uvicorn.run(port=)', '1'],
      ],
    );
  });

  test('share=True is a tunnel, share=False none', async () => {
    const found = async (share: string) => {
      const { source, declarations } = await python(`import gradio as gr\ngr.Blocks().launch(share=${share})`);
      return declarations.publications.map(({ kind, span, gate }) => [kind, source.slice(span), gate.state]);
    };

    assert.deepEqual(await found('True'), [['tunnel', 'True', 'off']]);
    assert.deepEqual(await found('True, auth=("a", "b")'), [['tunnel', 'True', 'on']]);
    assert.deepEqual(await found('False'), []);
  });

  test('gunicorn.conf.py', async () => {
    const { declarations } = await python('bind = "0.0.0.0:8000"\nworkers = 4\n', { path: 'deploy/gunicorn.conf.py' });

    assert.deepEqual(
      declarations.processes.map(({ listeners: [one] }) => [textOf(one?.address), textOf(one?.port), one?.tls]),
      [['0.0.0.0', '8000', 'off']],
    );
  });

  test('commands that are started', async () => {
    const { declarations } = await python(
      'import subprocess, os, sys\ncmd = ["vllm", "serve", model, "--host", "0.0.0.0"]\nsubprocess.Popen(cmd, env={"A": "b"})\nos.system("ollama serve &")\nsubprocess.run([sys.executable, "-m", "pip", "install", "x"])\n',
    );

    assert.deepEqual(declarations.processes.map(summary), [
      { argv: ['vllm', 'serve', 'unresolved:model', '--host', '0.0.0.0'], env: { A: 'b' } },
      { argv: ['ollama', 'serve'], env: {} },
    ]);
  });

  test('tests and examples are no deployment', async () => {
    const { declarations } = await python(`${FASTAPI}uvicorn.run(app, host="0.0.0.0")`, { path: 'tests/serve.py' });

    assert.deepEqual(
      declarations.processes.map(({ example }) => example),
      [true],
    );
  });
});

describe('verification', () => {
  const cases: readonly (readonly [string, readonly (readonly [string, string, boolean])[]])[] = [
    ['import requests\nrequests.get(url, verify=False)', [['verify=', 'off', false]]],
    ['import requests\nrequests.get(url, verify=True)', [['verify=', 'on', false]]],
    ['import requests\nrequests.get(url, verify="/etc/ca.pem")', [['verify=', 'on', false]]],
    ['import requests\ns = requests.Session()\ns.verify = False', [['verify', 'off', false]]],
    ['import httpx\nhttpx.AsyncClient(verify=False)', [['verify=', 'off', false]]],
    [
      'import httpx, os\nVERIFY = os.environ.get("AI_VERIFY_SSL", "False").lower() == "true"\nhttpx.Client(verify=VERIFY)',
      [['AI_VERIFY_SSL', 'off', true]],
    ],
    [
      'import httpx, os\nhttpx.Client(verify=os.getenv("AI_VERIFY_SSL", "true").lower() in ("1", "true"))',
      [['AI_VERIFY_SSL', 'on', true]],
    ],
    ['import httpx, os\nhttpx.Client(verify=not os.getenv("SKIP", "1") == "1")', [['SKIP', 'off', true]]],
    ['import httpx\nhttpx.Client(verify=cfg.verify)', []],
    ['import aiohttp\naiohttp.TCPConnector(ssl=False)', [['ssl=', 'off', false]]],
    ['import aiohttp\naiohttp.TCPConnector(verify_ssl=False)', [['verify_ssl=', 'off', false]]],
    ['import redis\nredis.Redis(ssl=False)', []],
    [
      'from elasticsearch import Elasticsearch\nElasticsearch(url, verify_certs=False)',
      [['verify_certs=', 'off', false]],
    ],
    [
      'import ssl\nctx = ssl.create_default_context()\nctx.check_hostname = False\nctx.verify_mode = ssl.CERT_NONE',
      [['verify_mode', 'off', false]],
    ],
    [
      'import ssl\nssl._create_default_https_context = ssl._create_unverified_context',
      [['ssl._create_default_https_context', 'off', false]],
    ],
    ['import ssl\nctx = ssl._create_unverified_context()', [['ssl._create_unverified_context', 'off', false]]],
    ['import urllib3\nurllib3.PoolManager(cert_reqs="CERT_NONE")', [['cert_reqs=', 'off', false]]],
    ['import urllib3\nurllib3.disable_warnings()', []],
    ['import jwt\njwt.decode(token, verify=False)', []],
    ['import requests, jwt\njwt.decode(token, verify=False)', []],
    ['# requests.get(url, verify=False)', []],
    ['import requests\n"""\nrequests.get(url, verify=False)\n"""', []],
  ];
  for (const [text, expected] of cases) {
    test(text.replaceAll('\n', ' ; '), async () => {
      const { declarations } = await python(text);

      assert.deepEqual(
        declarations.clients.map(({ setting, verification, byDefault }) => [setting, verification, byDefault]),
        expected,
      );
    });
  }

  test('on the same machine less is at stake', async () => {
    const { declarations } = await python(
      'import requests\nrequests.get("https://localhost:8443/health", verify=False)',
    );

    assert.deepEqual(
      declarations.clients.map(({ harmless }) => harmless),
      [true],
    );
  });
});

describe('settings, files', () => {
  test('variables that the code sets or falls back to', async () => {
    const { declarations } = await python(
      'import os\nos.environ["CURL_CA_BUNDLE"] = ""\nos.environ.setdefault("A", "1")\nKEY = os.getenv("API_KEY", "change" + "me")\nX = os.getenv("X", "y")\nZ = os.getenv("Z")\n',
    );

    assert.deepEqual(
      declarations.variables.map(({ name, value }) => [name, textOf(value)]),
      [
        ['CURL_CA_BUNDLE', ''],
        ['A', 'default:1'],
        ['X', 'default:y'],
      ],
    );
  });

  test('CORS with credentials', async () => {
    const { declarations } = await python(
      `${FASTAPI}app.add_middleware(CORSMiddleware, allow_origins=["*"], allow_credentials=True)\nuvicorn.run(app)`,
    );
    const found = declarations.settings.map(({ setting, value, process }) => [setting, value.text, process !== null]);

    assert.deepEqual(found.slice(-2), [
      ['CORSMiddleware(allow_origins=)', '*', true],
      ['CORSMiddleware(allow_credentials=)', 'True', true],
    ]);
  });

  test('modes', async () => {
    const { declarations } = await python(
      'import os, stat\nos.chmod("server.key", 0o644)\nos.chmod("b.key", stat.S_IRUSR | stat.S_IWUSR)\nPath("c.key").chmod(0o600)\n',
    );

    assert.deepEqual(
      declarations.modes.map(({ path, bits, rewrite }) => [path.text, bits, rewrite?.(0o600) ?? null]),
      [
        ['server.key', 0o644, '0o600'],
        ['b.key', 0o600, null],
        ['c.key', 0o600, '0o600'],
      ],
    );
  });

  test('a key written without a mode', async () => {
    const text =
      'data = key.private_bytes(a, b, c)\nwith open("server.key", "wb") as f:\n    f.write(data)\nopen("server.crt", "wb")\n';
    const { declarations } = await python(text);

    assert.deepEqual(
      declarations.modes.map(({ path, bits, mode, holds }) => [path.text, bits, mode.kind, holds]),
      [['server.key', 0o644, 'default', 'private-key']],
    );
  });
});

describe('hostile code', () => {
  test('names that lead in circles', async () => {
    assert.deepEqual(await listeners('import uvicorn\na = b\nb = a\nuvicorn.run(app, host=a)'), [
      ['uvicorn', 'unresolved:a', 'default:8000', 'off', 'off'],
    ]);
  });

  test('ten thousand calls, one inside of the other', async () => {
    const depth = 10_000;
    const text = `import uvicorn\n${'f('.repeat(depth)}${')'.repeat(depth)}\n`;
    const { declarations } = await python(text);

    assert.equal(declarations.troubles.length, 1);
  });

  test('anything at all is read', async () => {
    const bit = fc.constantFrom(
      'import uvicorn\n',
      'uvicorn.run(',
      'app',
      ', ',
      'host=',
      '"0.0.0.0"',
      ')',
      '(',
      '\n',
      '  ',
      'def f(',
      '):\n',
      'x = ',
      'os.getenv(',
      '"""',
      "'",
      'f"{',
      '}',
      '[',
      ']',
      '**',
      'verify=False',
      'requests.get(',
      '@',
      '\\',
      'args.host',
      'import requests\n',
      '.',
      'lambda: ',
      'if ',
      'or ',
      '\0',
    );
    await fc.assert(
      fc.asyncProperty(fc.array(bit, { maxLength: 40 }), async (bits) => {
        await python(bits.join(''));
      }),
      { numRuns: 300 },
    );
  });
});

describe('valid Python that the grammar has not heard of is no reason to stop understanding', () => {
  const constructs: readonly string[] = [
    'def life(app):\n    yield\n    app.close()\n',
    'def life(app):\n    return (yield)\n',
    'RATIO = 1. * scale(x=2.)\n',
    'order = lambda a, /, b: a\n',
    'with (open("a") as a, open("b") as b):\n    copy(a, b)\n',
    'with (\n    open("a") as a,\n    open("b") as b,\n):\n    copy(a, b)\n',
    'with open("a") as self.file:\n    copy()\n',
    '@app.get("/")(wrap)\ndef root(): pass\n',
    '@routes[0].add\ndef root(): pass\n',
    '@(lambda f: f)\ndef root(): pass\n',
    'match shape:\n    case shapes.Point(): pass\n    case {"a": [1, *rest], **more} if (n := len(rest)): pass\n    case _: pass\n',
    'match a, b:\n    case 1, 2: pass\n',
    'def first[T: int, *Ts, **P](x: T) -> T: return x\n',
    'def first[T = int](x: T) -> T: return x\n',
    'type Rows[T] = list[T]\n',
    'try:\n    start()\nexcept* (ValueError, TypeError) as errors:\n    raise\n',
    'print(f"{rows["a"]:>{width}} {f\'{x!r}\'} {x:=10} {x = }")\n',
    'print(t"hello {name}")\n',
    'show(t"{a}", page=rt"{b:{c}}", more=tr"")\n',
    'with a as (b, c):\n    copy(b, c)\n',
    'with a as [b, c], d as (e, (f, *g)):\n    copy(b)\n',
    'with open("a") as (a), open("b") as b[0], c() as d.e:\n    copy(a)\n',
    'async def run():\n    async with (a() as b, c() as (d, e),):\n        copy(b)\n',
    'try:\n    start()\nexcept ValueError, json.JSONDecodeError:\n    raise\n',
    'try:\n    start()\nexcept* OSError, EOFError, a.B:\n    raise\n',
    'for row in *first, *second:\n    copy(row)\n',
    'def copy(*rows: *Ts) -> tuple[int, *Ts]: return rows[*rows]\n',
    'type Rows[T: int, *Ts, **P] = dict[T, tuple[*Ts]]\n',
    'class Rows[T = int, *Ts = *tuple[int, str], **P = [int]](Base): pass\n',
    'sizes = {y := 2, 3}\n',
    'match not a:\n    case {}: pass\n    case {-1: b, A.B: c}: pass\n    case "a" "b":\n        pass\n',
    'match *a, b:\n    case [Point(x=0) as p, *rest]: pass\n',
    'match a := 1:\n    case _: pass\n',
    'lazy import json\nlazy from a import b\n',
    'print(f"{", ".join(f"{k}={v}" for k, v in d.items())} {f"{f"{1}"}"} {"\\n".join(a)}")\n',
    'print(f"{\n  a  # so\n}")\n',
  ];
  for (const construct of constructs)
    test(JSON.stringify(construct), async () => {
      const text = `${FASTAPI}${construct}\nuvicorn.run(app, host="0.0.0.0", port=8095)\n`;

      const { declarations } = await python(text);

      assert.equal(declarations.processes.length, 1);
      assert.deepEqual(declarations.troubles, []);
    });

  for (const broken of [
    'def life(:\n    pass\n',
    'x = = 1\n',
    'f(1, 2\n',
    'print "hello"; exec "x"\n',
    'yield ] 1\n',
    'for x in * : pass\n',
    'match {:\n',
  ])
    test(`${JSON.stringify(broken)} is none`, async () => {
      const { declarations } = await python(`${FASTAPI}uvicorn.run(app, host="0.0.0.0", port=8095)\n${broken}`);

      assert.equal(declarations.troubles.length, 1);
    });
});
