"""What a customer writes in Python, with the client as it is: prints what it was given as one line of JSON."""

import json
import os

from openai import NotFoundError, OpenAI

MODEL = "phi-4"
MESSAGES = [{"role": "user", "content": "how deep is the mill pond"}]

client = OpenAI(base_url=os.environ["EMILY"] + "/v1", api_key=os.environ["EMILY_KEY"], max_retries=0)


def whole():
    answer = client.chat.completions.create(model=MODEL, messages=MESSAGES, max_tokens=12, user="python")
    return [answer.choices[0].message.content, answer.usage.prompt_tokens, answer.usage.completion_tokens]


def chunks():
    text, usage = "", None
    stream = client.chat.completions.create(
        model=MODEL, messages=MESSAGES, max_tokens=14, user="python", stream=True, stream_options={"include_usage": True}
    )
    for chunk in stream:
        text += "".join(choice.delta.content or "" for choice in chunk.choices)
        usage = chunk.usage or usage
    return [text, usage.prompt_tokens, usage.completion_tokens]


def helper():
    # No max_tokens: the helper takes an answer that was cut short for an error.
    arguments = {"model": MODEL, "messages": MESSAGES, "user": "python", "stream_options": {"include_usage": True}}
    with client.chat.completions.stream(**arguments) as stream:
        text = "".join(event.delta for event in stream if event.type == "content.delta")
        answer = stream.get_final_completion()
    assert text == answer.choices[0].message.content
    return [text, answer.usage.prompt_tokens, answer.usage.completion_tokens]


def completed():
    answer = client.completions.create(model=MODEL, prompt=["how deep", "is the mill pond"], max_tokens=5, user="python")
    return [len(answer.choices), answer.usage.prompt_tokens, answer.usage.completion_tokens]


def embedded():
    answer = client.embeddings.create(model=MODEL, input="how deep is the mill pond", dimensions=8, user="python")
    return [len(answer.data[0].embedding), answer.usage.prompt_tokens]


def refused():
    try:
        client.chat.completions.create(model="gpt-nobody", messages=MESSAGES)
    except NotFoundError as error:
        return [error.status_code, error.code, bool(error.request_id)]


print(
    json.dumps(
        {
            "models": [model.id for model in client.models.list()],
            "whole": whole(),
            "chunks": chunks(),
            "helper": helper(),
            "completed": completed(),
            "embedded": embedded(),
            "refused": refused(),
        }
    )
)
