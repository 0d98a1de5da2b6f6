/* See last.h. Never runs as root. */
#include "last.h"

#include <poll.h>
#include <string.h>
#include <unistd.h>

#include "log.h"
#include "user.h"

static struct reply reply;

void last_give_up_root(const struct service *service)
{
	if (!user_become(service->config.peer_uid, service->config.peer_gid))
		_exit(70);
	log_aside(false);
}

void last_word(const struct dialogue *dialogue, enum type request, enum tag tag, unsigned octet)
{
	reply_begin(&reply, dialogue, request);
	reply_number(&reply, tag, octet, 1);
	_exit(reply_send(&reply, dialogue->connection) ? 0 : 1);
}

void last_verdict(const struct dialogue *dialogue, enum verdict verdict, long milliseconds)
{
	struct pollfd gone = { .fd = dialogue->connection };

	if (milliseconds > 0 && poll(&gone, 1, (int)milliseconds) > 0)
		_exit(0);
	last_word(dialogue, LOGIN, TAG_VERDICT, verdict);
}

void last_sockets(const struct dialogue *dialogue, const struct service *service)
{
	reply_begin(&reply, dialogue, LISTEN);
	for (unsigned i = 0; i < service->config.listeners; i++) {
		const union address *address = &service->config.listen[i];
		size_t length = address->any.sa_family == AF_INET ? 4 : 16;
		uint8_t octets[18];

		if (service->listening[i] < 0)
			continue;
		memcpy(octets, length == 4 ? (const void *)&address->ip4.sin_addr : &address->ip6.sin6_addr, length);
		memcpy(octets + length, &address->ip4.sin_port, 2);
		reply_octets(&reply, TAG_SOCKET, octets, length + 2);
		reply.descriptor[reply.descriptors++] = service->listening[i];
	}
	_exit(reply_send(&reply, dialogue->connection) ? 0 : 1);
}
