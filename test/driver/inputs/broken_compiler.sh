#!/bin/sh
# A compiler whose programs fail.
while [ "$1" != -o ]; do shift; done
printf '#!/bin/sh\necho no such thing >&2\nexit 9\n' > "$2"
chmod +x "$2"
