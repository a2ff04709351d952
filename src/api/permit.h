/* The visa or residence permit that a traveller shows. API 4.1 */
#ifndef API_PERMIT_H
#define API_PERMIT_H

#include "api/form.h"
#include "stay/rules.h"

/* The member "visa" or "permit", of which there may be one. */
void form_permit(struct form *form, struct stay_permit *out);

#endif
