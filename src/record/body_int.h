/*
 * The bodies of events that are more than a few fields, in both directions, as
 * codec_int.h has it. REC 4
 */
#ifndef RECORD_BODY_INT_H
#define RECORD_BODY_INT_H

#include "record/part_int.h"

void body_inspection(struct codec *c, struct inspection *inspection);
void body_hit_resolution(struct codec *c, struct hit_resolution *resolution);
void body_alert_put(struct codec *c, struct alert_put *alert);
void body_withdrawal(struct codec *c, struct withdrawal *withdrawal);
void body_list_imported(struct codec *c, struct list_imported *list);
void body_manifest(struct codec *c, struct manifest *manifest);
void body_exit_order(struct codec *c, struct exit_order *order);
void body_person_linked(struct codec *c, struct person_linked *linked);
void body_checkpoint_seen(struct codec *c, struct checkpoint_seen *seen);
void body_roster_change(struct codec *c, struct roster_change *change);
void body_incident(struct codec *c, struct incident *incident);
void body_order(struct codec *c, struct order_event *order);

#endif
