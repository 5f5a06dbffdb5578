"""A home-made model server, as many stand next to a GPU: one model, a few routes, maybe a key.

LISTS adds a list of models; GUARD=app asks for a bearer token everywhere, GUARD=route on the model's route only.
"""

import os

from fastapi import Body, Depends, FastAPI
from fastapi.security import HTTPBearer

guard = os.environ.get("GUARD", "")
bearer = [Depends(HTTPBearer())]

app = FastAPI(title="YOLO detector", version="0.3.1", dependencies=bearer if guard == "app" else [])


@app.get("/health")
def health():
    return {"status": "ok"}


@app.post("/detect", dependencies=bearer if guard == "route" else [])
async def detect(image: bytes = Body()):
    raise RuntimeError("the model was run")


if os.environ.get("LISTS"):

    @app.get("/models")
    def models():
        return {"models": ["yolov8n"]}
