"""Sealing: bytes in, bytes out. Nobody above sees the library's types, and nothing here knows a messenger or a table.

The format is ``docs/sealed-format.md``. Start with ``suite.require()``; then, for a new draft and an answer::

    keyring = read_keyring(file, root_fingerprint, now, lowest_serial=highest_seen)  # bot.sealing.keyring
    new = new_case_keys(random_bytes)  # bot.sealing.case
    files = seal_case_keys(
        new,
        deployment=keyring.deployment,
        case=case_id,
        members={each: keyring.recipients(each) for each in Compartment},
        random_bytes=random_bytes,
    )  # {compartment: (object id, bytes)}; now forget ``new``, keep ``keys``
    keys = new.keys  # to_bytes() into the draft's state

    answer = Answer(
        node="F1",
        kind="words",
        part=0,
        words=text,
        question=asked,
        locale="ru",
        day="2026-11-23",
        conversation="reprisal",
        version="1",
        digest=digest,
    )  # bot.sealing.answer
    name = ObjectId(random_bytes(16))
    header = Header(kind=ObjectKind.ANSWER, deployment=keyring.deployment, case=case_id, object=name)
    data = seal(header, answer.to_bytes(), (keys.of(compartment),), random_bytes)  # bot.sealing.envelope

On sending, one manifest for each compartment (identity first, so that the facts manifest can name it)::

    listed = Listed(object=name, sha256=hashlib.sha256(data).digest(), node="F1", part=0)
    manifest = Manifest(compartment=Compartment.FACTS, number=1, objects=(listed,), ...)  # bot.sealing.manifest
    sent = seal_manifest(manifest, tag_key=keys.tag_key, recipient=keys.facts, random_bytes=random_bytes)
    words = fingerprint(keys.tag_key, sent.sha256).words("ru")                            # bot.sealing.receipt

The next manifest has ``number=2, previous=sent.sha256``. Return code (``derive`` is slow: outside transactions)::

    code = new_code(random_bytes)
    code.words("en")
    code.digits()
    parse_code(typed)  # bot.sealing.code
    mailbox = derive(code, salt)  # .id .recipient .capsule_key .secret       bot.sealing.mailbox
    capsule = seal_capsule(mailbox.id, mailbox.capsule_key, state, random_bytes)

At rest (``bot.sealing.rest``)::

    found = lane(route_key, chat)
    box = seal_state(chat_key(route_key, chat), draft_id, revision, state, random_bytes)
    owed = seal_screens(screens_key(route_key), draft_id, revision, screens, random_bytes)
    token = seal_ping(ping_key, case_id, chat, random_bytes)
    lock_number(lock_key, chat)
"""
